package dev.ringside.debug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringside.debug.expression.ExpressionException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Values and expressions in {@code hello}'s walk_list, stopped before the first line it prints. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ValuesTest {
  private Rig rig = Rig.on("hello");

  @BeforeAll
  void stopInTheLoop() {
    rig.breakOn(Sources.HELLO, "%s: colour");
    rig.resume();
  }

  @AfterAll
  void end() {
    rig.close();
  }

  @Test
  void valuesBeginWithThePlainValue() {
    assertThat(rig.value("far")).isEqualTo("3");
    assertThat(rig.value("node->colour")).isEqualTo("1 RED");
    assertThat(rig.value("node->next->colour")).isEqualTo("5 GREEN");
    assertThat(rig.value("node")).matches("0x[0-9a-f]+ <first>");
    assertThat(rig.value("node->name")).matches("0x[0-9a-f]+ \"first\"");
    assertThat(rig.value("&squares[1]")).matches("0x[0-9a-f]+ <squares\\+0x4>");
    assertThat(rig.value("factorial")).matches("0x[0-9a-f]+ <factorial>");
    assertThat(rig.value("*node")).startsWith("{name = 0x").contains("colour = 1 RED, at = {x = 1");
    assertThat(rig.value("squares")).isEqualTo("{0, 1, 4, 9, 16, 25, 36, 49}");
    assertThat(rig.value("$rip")).matches("0x[0-9a-f]+ <walk_list\\+0x[0-9a-f]+>");
  }

  @Test
  void arithmeticFollowsC() {
    assertThat(rig.value("1 + 2 * 3")).isEqualTo("7");
    assertThat(rig.value("-7 / 2")).isEqualTo("-3");
    assertThat(rig.value("-7 % 3")).isEqualTo("-1");
    assertThat(rig.value("-1 > 1u")).isEqualTo("1");
    assertThat(rig.value("-1 > 1")).isEqualTo("0");
    assertThat(rig.value("2147483647 + 1")).isEqualTo("-2147483648");
    assertThat(rig.value("4294967295u + 1")).isEqualTo("0");
    assertThat(rig.value("1 << 4 | 3")).isEqualTo("19");
    assertThat(rig.value("~0ul >> 60")).isEqualTo("15");
    assertThat(rig.value("(char)0x161")).isEqualTo("97 'a'");
    assertThat(rig.value("(unsigned char)-1")).isEqualTo("255 '\\377'");
    assertThat(rig.value("1.5 * 3")).isEqualTo("4.5");
    assertThat(rig.value("10 / 4.0f")).isEqualTo("2.5");
    assertThat(rig.value("3 > 2 ? 10 : 20")).isEqualTo("10");
    assertThat(rig.value("1 && 0 || 1")).isEqualTo("1");
    assertThat(rig.value("sizeof(struct node)")).isEqualTo("32");
    assertThat(rig.value("sizeof squares / sizeof squares[0]")).isEqualTo("8");
    assertThat(rig.value("'a' + 1")).isEqualTo("98");
  }

  @Test
  void pointersArraysAndCasts() {
    assertThat(rig.value("node->next->at.y")).isEqualTo("4");
    assertThat(rig.value("((struct node *)&second)->at.x")).isEqualTo("3");
    assertThat(rig.value("*(int *)&first.at")).isEqualTo("1");
    assertThat(rig.value("&squares[5] - &squares[2]")).isEqualTo("3");
    assertThat(rig.value("squares[2:4]")).isEqualTo("{4, 9, 16}");
    assertThat(rig.value("*squares@3")).isEqualTo("{0, 1, 4}");
    assertThat(rig.value("*(squares + 3)")).isEqualTo("9");
    assertThat(rig.value("(uint64_t)node == (uint64_t)&first")).isEqualTo("1");
    assertThat(rig.value("head == &first")).isEqualTo("1");
    assertThat(rig.value("third.next == 0")).isEqualTo("1");
    assertThat(rig.value("node->next->colour == GREEN")).isEqualTo("1");
    assertThat(rig.value("BLUE")).isEqualTo("9 BLUE");
    assertThat(rig.value("(enum colour)1")).isEqualTo("1 RED");
  }

  @Test
  void theMachineIsPartOfTheLanguage() {
    assertThat(rig.value("$cr0 & 1")).isEqualTo("1");
    assertThat(rig.value("vmcs.GUEST_RIP == $rip")).isEqualTo("1");
    assertThat(rig.value("vmcs.GUEST_CR3")).isEqualTo(rig.value("$cr3"));
    assertThat(rig.value("(msr(0xC0000080) >> 10) & 1")).isEqualTo("1");
    assertThat(rig.value("msr(IA32_EFER) == msr(0xc0000080)")).isEqualTo("1");
    assertThat(rig.value("walk(&first) == (uint64_t)&first")).isEqualTo("1");
    assertThat(rig.value("(int)phys(&squares[3])")).isEqualTo("9");
    assertThatThrownBy(() -> rig.value("vmcs.GUEST_RIPP"))
        .isInstanceOf(ExpressionException.UnknownName.class)
        .hasMessageContaining("GUEST_RIP");
    Shown walk = rig.evaluate("walk($rip)");
    assertThat(rig.lines(walk.reference())).anyMatch(l -> l.startsWith("PML4E[0] = 0x"));
    Shown ept = rig.evaluate("ept(0x1000)");
    assertThat(ept.line().value()).matches("0x[0-9a-f]+ .*page");
  }

  @Test
  void everyChildHasAnExpressionWithTheSameValue() {
    Shown node = rig.evaluate("node");
    List<Shown> members = rig.session.variables(node.reference(), 0, 0, false);
    assertThat(members)
        .extracting(s -> s.line().name())
        .containsExactly("name", "colour", "at", "next");
    for (Shown member : members) {
      assertThat(rig.value(member.line().evaluateName())).isEqualTo(member.line().value());
    }
    Shown next = members.getLast();
    assertThat(next.line().evaluateName()).isEqualTo("node->next");
    assertThat(next.line().memoryReference()).startsWith("0x");
  }

  @Test
  void arraysArePaged() {
    Shown array = rig.evaluate("squares");
    assertThat(array.line().indexed()).isEqualTo(8);
    assertThat(rig.session.variables(array.reference(), 2, 3, false))
        .extracting(s -> s.line().evaluateName() + " = " + s.line().value())
        .containsExactly("squares[2] = 4", "squares[3] = 9", "squares[4] = 16");
  }

  @Test
  void hexIsForTheAsking() {
    assertThat(rig.session.evaluate("squares[7]", 0, EvaluationMode.WATCH, true).line().value())
        .isEqualTo("0x31");
  }

  @Test
  void mistakesAreExplained() {
    assertThatThrownBy(() -> rig.value("nothing + 1"))
        .isInstanceOf(ExpressionException.UnknownName.class)
        .hasMessageContaining("nothing");
    assertThatThrownBy(() -> rig.value("1 +")).isInstanceOf(ExpressionException.Syntax.class);
    assertThatThrownBy(() -> rig.value("node.nope"))
        .isInstanceOf(ExpressionException.UnknownName.class)
        .hasMessageContaining("no member 'nope'");
    assertThatThrownBy(() -> rig.value("far / 0"))
        .isInstanceOf(ExpressionException.Arithmetic.class);
    assertThat(rig.value("*(int *)0x7fffffff0000")).startsWith("<cannot read memory at 0x7fff");
    assertThatThrownBy(() -> rig.session.evaluate("far = 1", 0, EvaluationMode.HOVER, false))
        .isInstanceOf(ExpressionException.NotWritable.class);
    assertThatThrownBy(() -> rig.value("((((((((")).isInstanceOf(ExpressionException.Syntax.class);
  }

  @Test
  void assignmentsChangeTheGuest() {
    assertThat(rig.session.setExpression("squares[1]", "100 + 11", 0, false).line().value())
        .isEqualTo("111");
    assertThat(rig.value("squares[1]")).isEqualTo("111");
    assertThat(rig.value("squares[1] -= 110")).isEqualTo("1");
    assertThat(rig.value("squares[1]++")).isEqualTo("1");
    assertThat(rig.value("squares[1] = 1")).isEqualTo("1");
    String before = rig.value("$r15");
    assertThat(rig.value("$r15 = 0x1234")).isEqualTo("0x1234");
    assertThat(rig.value("$r15b")).isEqualTo("0x34");
    rig.value("$r15 = " + before);
    int locals = rig.session.scopes(rig.top()).get(1).reference();
    assertThat(rig.session.setVariable(locals, "far", "77", false).line().value()).isEqualTo("77");
    assertThat(rig.value("far")).isEqualTo("77");
    rig.value("far = 3");
  }

  @Test
  void scopesHaveTheirNamesAndOrder() {
    assertThat(rig.session.scopes(rig.top()))
        .extracting(ScopeInfo::name)
        .containsExactly(
            "Arguments",
            "Locals",
            "Statics",
            "Registers",
            "VMCS",
            "Page walk",
            "Last VM exit",
            "Trap cost");
    assertThat(rig.scope("Arguments")).anyMatch(l -> l.matches("head = 0x[0-9a-f]+ <first>"));
    assertThat(rig.scope("Locals")).contains("total = 0", "far = 3");
    assertThat(rig.scope("Statics")).contains("calls = 10");
    assertThat(rig.scope("Registers"))
        .extracting(l -> l.replaceFirst(" =.*", ""))
        .containsExactly("General", "Flags", "Segments", "Control", "Debug", "MSRs", "FPU", "SSE");
    assertThat(rig.scope("VMCS"))
        .extracting(l -> l.replaceFirst(" =.*", ""))
        .containsExactly("Guest state", "Host state", "Controls", "Exit information");
    assertThat(rig.scope("Page walk")).anyMatch(l -> l.startsWith("PML4E"));
    assertThat(rig.scope("Last VM exit")).anyMatch(l -> l.startsWith("reason = IO_INSTRUCTION"));
  }

  @Test
  void callersShowUnwoundRegistersReadOnly() {
    int caller = rig.session.stack(0, 1, 1).frames().getFirst().id();
    Shown rip = rig.session.evaluate("$rip", caller, EvaluationMode.WATCH, false);
    assertThat(rip.line().value()).matches("0x[0-9a-f]+ <kmain\\+0x[0-9a-f]+>");
    assertThatThrownBy(() -> rig.session.setExpression("$rip", "0", caller, false))
        .isInstanceOf(ExpressionException.NotWritable.class);
    assertThat(rig.session.evaluate("sum", caller, EvaluationMode.WATCH, false).line().value())
        .isEqualTo("140");
  }

  @Test
  void disassemblyHasExactlyAsManyLinesAsAskedFor() {
    String rip = "0x" + Long.toHexString(rig.session.number("$rip", 0));
    var lines = rig.session.code().disassemble(0, rip, 0, -5, 12);
    assertThat(lines).hasSize(12);
    assertThat(lines.get(5).address()).isEqualTo(rig.session.number("$rip", 0));
    for (int i = 1; i < 12; i++) {
      assertThat(lines.get(i).address())
          .isEqualTo(lines.get(i - 1).address() + lines.get(i - 1).bytes().length);
    }
  }
}
