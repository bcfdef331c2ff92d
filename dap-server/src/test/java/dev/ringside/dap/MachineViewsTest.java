package dev.ringside.dap;

import static dev.ringside.dap.Bodies.named;
import static dev.ringside.dap.Bodies.text;
import static dev.ringside.dap.Bodies.texts;
import static dev.ringside.dap.Bodies.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import org.junit.jupiter.api.Test;

/** What the views of an IDE ask for: VMCS, page walks, CPU tables. */
class MachineViewsTest {
  private static TestSession in(String sample, String function) {
    TestSession session = new TestSession();
    session.launch(sample);
    session.breakIn(function);
    session.configured();
    session.stopped();
    return session;
  }

  private static JsonObject vmcsField(TestSession session, String name) {
    for (JsonElement group : session.client.ok("ringside/vmcs").getAsJsonArray("groups")) {
      for (JsonElement field : group.getAsJsonObject().getAsJsonArray("fields")) {
        if (text(field.getAsJsonObject(), "name").equals(name)) {
          return field.getAsJsonObject();
        }
      }
    }
    throw new AssertionError("no field " + name);
  }

  private static String evaluated(TestSession session, String expression) {
    return text(
        session.client.ok("evaluate", "expression", expression, "context", "watch"), "result");
  }

  private static JsonObject set(TestSession session, String expression, String value) {
    return session.client.ok("setExpression", "expression", expression, "value", value);
  }

  @Test
  void vmcsFieldsSayWhatTheyAreAndWhetherTheyCanBeEdited() {
    try (TestSession session = in("hello", "kmain")) {
      JsonObject rip = vmcsField(session, "GUEST_RIP");
      assertThat(text(rip, "value")).isEqualTo(evaluated(session, "$rip").replaceFirst(" .*", ""));
      assertThat(text(rip, "description")).isEqualTo("Guest RIP");
      assertThat(rip.get("width").getAsInt()).isEqualTo(64);
      assertThat(rip.get("writable").getAsBoolean()).isTrue();
      JsonObject reason = vmcsField(session, "EXIT_REASON");
      assertThat(reason.get("writable").getAsBoolean()).isFalse();
      assertThat(reason.getAsJsonArray("bits")).isNotEmpty();
      JsonObject qualification = vmcsField(session, "EXIT_QUALIFICATION");
      assertThat(texts(qualification.getAsJsonArray("bits"), "name"))
          .as("those of the last exit, which set CR0.PG")
          .contains("Control register", "Access type");
    }
  }

  @Test
  void registersMsrsAndVmcsFieldsCanBeSetByExpression() {
    try (TestSession session = in("hello", "kmain")) {
      long rip = Long.decode(evaluated(session, "$rip").replaceFirst(" .*", ""));
      assertThat(text(set(session, "vmcs.GUEST_RIP", "$rip + 1"), "value"))
          .startsWith("0x" + Long.toHexString(rip + 1));
      assertThat(evaluated(session, "$rip")).startsWith("0x" + Long.toHexString(rip + 1));
      set(session, "vmcs.GUEST_RIP", "0x" + Long.toHexString(rip));
      set(session, "$rax", "0x1234");
      assertThat(evaluated(session, "$rax")).isEqualTo("0x1234");
      set(session, "msr(0xc0000102)", "0xffff800000000000");
      assertThat(evaluated(session, "$IA32_KERNEL_GS_BASE")).isEqualTo("0xffff800000000000");
      set(session, "vmcs.EXCEPTION_BITMAP", "1 << 14");
      assertThat(text(vmcsField(session, "EXCEPTION_BITMAP"), "value")).isEqualTo("0x4000");
      assertThat(
              text(
                  session.client.ok(
                      "evaluate", "expression", "vmcs.EXCEPTION_BITMAP = 0", "context", "repl"),
                  "result"))
          .isEqualTo("0x0");
    }
  }

  private static String refusal(TestSession session, String expression, String value) {
    JsonObject error =
        session.client.fails("setExpression", "expression", expression, "value", value);
    return text(error, "format");
  }

  @Test
  void refusedEditsNameTheCheckAndChangeNothing() {
    try (TestSession session = in("hello", "kmain")) {
      String before = text(vmcsField(session, "GUEST_RFLAGS"), "value");
      assertThat(refusal(session, "vmcs.GUEST_RFLAGS", "0")).contains("RFLAGS");
      assertThat(text(vmcsField(session, "GUEST_RFLAGS"), "value")).isEqualTo(before);
      assertThat(refusal(session, "vmcs.GUEST_RIP", "0x8000000000000000"))
          .containsIgnoringCase("RIP");
      assertThat(refusal(session, "vmcs.EXIT_REASON", "0")).contains("EXIT_REASON", "VM exits");
      assertThat(refusal(session, "msr(0xc0000102)", "0x8000000000000000"))
          .contains("MSR 0xc0000102", "0x8000000000000000", "#GP");
      assertThat(refusal(session, "msr(0x12345)", "0")).contains("no MSR 0x12345");
      assertThat(refusal(session, "vmcs.GUEST_RIPP", "0")).contains("GUEST_RIP");
      assertThat(refusal(session, "$nosuch", "0")).contains("$nosuch");
    }
  }

  @Test
  void aWalkGoesOnIntoTheEptAndTakesExpressions() {
    try (TestSession session = in("hello", "factorial")) {
      String rip = text(session.top(), "instructionPointerReference");
      JsonObject walk = session.client.ok("ringside/walk", "address", "$rip");
      assertThat(text(walk, "address")).isEqualTo(rip);
      assertThat(text(walk, "result")).isEqualTo("phys:" + rip);
      JsonArray levels = walk.getAsJsonArray("levels");
      assertThat(texts(levels, "name")).startsWith("PML4E", "PDPTE");
      for (int i = 0; i < levels.size(); i++) {
        JsonObject level = levels.get(i).getAsJsonObject();
        assertThat(text(level, "host")).startsWith("host:0x");
        assertThat(level.getAsJsonArray("bits")).isNotEmpty();
        if (i > 0) {
          String table = text(levels.get(i - 1).getAsJsonObject(), "next");
          assertThat(Long.decode(table.substring(5)) + 8L * level.get("index").getAsInt())
              .isEqualTo(Long.decode(text(level, "address").substring(5)));
        }
      }
      JsonObject ept = walk.getAsJsonObject("ept");
      assertThat(text(ept, "address")).isEqualTo("phys:" + rip);
      assertThat(texts(ept.getAsJsonArray("levels"), "name")).startsWith("PML4E", "PDPTE");
      assertThat(text(ept, "result")).startsWith("host:0x");
      assertThat(session.client.ok("ringside/walk", "address", "phys:$rip").get("result"))
          .isEqualTo(ept.get("result"));
      assertThat(text(session.client.ok("ringside/walk", "address", "&calls"), "address"))
          .isEqualTo(evaluated(session, "&calls").replaceFirst(" .*", ""));
      int caller =
          session
              .client
              .ok("stackTrace", "threadId", 1)
              .getAsJsonArray("stackFrames")
              .get(1)
              .getAsJsonObject()
              .get("id")
              .getAsInt();
      JsonObject inCaller =
          session.client.ok("ringside/walk", "address", "$rsp", "frameId", caller);
      assertThat(text(inCaller, "address"))
          .isNotEqualTo(text(session.client.ok("ringside/walk", "address", "$rsp"), "address"));
      JsonObject fault = session.client.ok("ringside/walk", "address", "0x700000000000");
      assertThat(fault.has("result")).isFalse();
      assertThat(fault.has("ept")).isFalse();
      assertThat(text(fault, "end")).contains("not present");
      session.client.fails("ringside/walk", "address", "no_such_name");
      session.client.fails("ringside/walk", "address", "phys:");
      session.client.fails("ringside/walk");
    }
  }

  @Test
  void gatesLeadToTheirHandlersSource() {
    try (TestSession session = in("rings", "user_main")) {
      JsonObject idt = session.client.ok("ringside/tables", "table", "idt");
      JsonObject pageFault = with(idt.getAsJsonArray("entries"), "name", "#PF");
      assertThat(pageFault.get("present").getAsBoolean()).isTrue();
      assertThat(text(pageFault, "selector")).isEqualTo("0x8");
      assertThat(text(pageFault, "symbol")).isNotBlank();
      assertThat(text(pageFault, "source")).endsWith("entries.S");
      assertThat(pageFault.get("line").getAsInt()).isPositive();
      JsonObject gdt = session.client.ok("ringside/tables", "table", "gdt");
      JsonObject code = with(gdt.getAsJsonArray("entries"), "selector", "0x8");
      assertThat(text(code, "description")).startsWith("code 64-bit");
      assertThat(code.get("present").getAsBoolean()).isTrue();
    }
  }

  @Test
  void theMachinesMsrsByName() {
    try (TestSession session = in("rings", "user_main")) {
      JsonArray registers =
          session.client.ok("ringside/tables", "table", "msrs").getAsJsonArray("registers");
      JsonObject efer = named(registers, "IA32_EFER");
      assertThat(text(efer, "number")).isEqualTo("0xc0000080");
      assertThat(text(efer, "value")).isEqualTo(evaluated(session, text(efer, "expression")));
      JsonObject longMode = named(efer.getAsJsonArray("bits"), "LMA");
      assertThat(longMode.get("value").getAsLong()).isEqualTo(1);
      assertThat(text(longMode, "meaning")).isEqualTo("IA-32e mode active");
      assertThat(text(longMode, "bits")).isEqualTo("10");
      JsonObject base = named(registers, "IA32_APIC_BASE");
      assertThat(text(base, "value")).as("the board's").isEqualTo("0xfee00900");
      assertThat(text(named(registers, "IA32_MTRR_DEF_TYPE"), "value"))
          .as("the monitor's")
          .isEqualTo("0xc06");
      JsonObject command = named(registers, "IA32_PRED_CMD");
      assertThat(text(command, "problem")).contains("#GP");
      assertThat(command.has("value")).isFalse();
    }
  }

  @Test
  void theLocalApicsRegisters() {
    try (TestSession session = in("rings", "user_main")) {
      JsonObject apic = session.client.ok("ringside/tables", "table", "apic");
      assertThat(text(apic, "base")).isEqualTo("0xfee00000");
      assertThat(text(apic, "mode")).isEqualTo("xAPIC");
      JsonArray registers = apic.getAsJsonArray("registers");
      JsonObject spurious = named(registers, "SVR");
      assertThat(text(spurious, "number")).isEqualTo("0xf0");
      assertThat(text(named(spurious.getAsJsonArray("bits"), "enable"), "meaning"))
          .isEqualTo("APIC on");
      assertThat(text(named(registers, "LVT_LINT0"), "value")).isEqualTo("0x700");
      assertThat(texts(registers, "name")).contains("TPR", "IRR7", "TIMER_CURRENT");
      assertThat(apic.getAsJsonArray("pending")).isEmpty();
      assertThat(apic.getAsJsonArray("inService")).isEmpty();
      session.client.fails("ringside/tables", "table", "ldt");
    }
  }
}
