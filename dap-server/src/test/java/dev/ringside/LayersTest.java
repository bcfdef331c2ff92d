package dev.ringside;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** The arrows between the rooms of the house (DESIGN.md, section 1) go one way only. */
@AnalyzeClasses(packages = "dev.ringside", importOptions = LayersTest.Product.class)
class LayersTest {
  /** What ships: neither test classes nor the fixtures' jar. */
  static final class Product implements ImportOption {
    private final ImportOption tests = new ImportOption.DoNotIncludeTests();

    @Override
    public boolean includes(Location location) {
      return tests.includes(location)
          && !location.contains("tests.jar")
          && !location.asURI().toString().matches(".*(Test|SampleGuests|Qemu)(\\$.*)?\\.class");
    }
  }

  private static final String VMM = "dev.ringside.vmm..";
  private static final String SYMBOLS = "dev.ringside.symbols..";
  private static final String PROFILER = "dev.ringside.profiler..";
  private static final String DEBUG = "dev.ringside.debug..";
  private static final String DAP = "dev.ringside.dap..";

  private static ArchRule only(String room, String... others) {
    return classes()
        .that()
        .resideInAPackage(room)
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                    Stream.concat(Stream.of(room), Stream.of(others)).toArray(String[]::new))
                .or(not(resideInAnyPackage("dev.ringside.."))))
        .allowEmptyShould(true);
  }

  @ArchTest static final ArchRule vmmStandsAlone = only(VMM, SYMBOLS);

  @ArchTest static final ArchRule symbolsKnowNothingOfOurs = only(SYMBOLS);

  @ArchTest static final ArchRule profilerKnowsTheVmm = only(PROFILER, VMM, SYMBOLS);

  @ArchTest static final ArchRule engineKnowsNoProtocol = only(DEBUG, VMM, SYMBOLS, PROFILER);

  @ArchTest
  static final ArchRule engineUsesNoProtocolLibrary =
      noClasses()
          .that()
          .resideInAPackage(DEBUG)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.eclipse.lsp4j..", "com.google.gson..", "picocli..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule protocolKnowsNoCommandLine = only(DAP, DEBUG, VMM, SYMBOLS, PROFILER);

  @ArchTest
  static final ArchRule factsKnowNoProcessor =
      only("dev.ringside.vmm.x86..", "dev.ringside.vmm", "dev.ringside.vmm.memory");

  @ArchTest static final ArchRule decoderStandsAlone = only("dev.ringside.vmm.x86.decode");

  @ArchTest static final ArchRule semanticsStandAlone = only("dev.ringside.vmm.x86.semantics");

  @ArchTest static final ArchRule memoryStandsAlone = only("dev.ringside.vmm.memory");

  @ArchTest
  static final ArchRule vmxIsFacts = only("dev.ringside.vmm.vmx", "dev.ringside.vmm.x86..");

  @ArchTest
  static final ArchRule processorsDoNotKnowEachOther =
      noClasses()
          .that()
          .resideInAPackage("dev.ringside.vmm.soft..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.ringside.vmm.kvm..",
              "dev.ringside.vmm.monitor..",
              "dev.ringside.vmm.device..",
              "dev.ringside.vmm.boot..");

  @ArchTest
  static final ArchRule kvmDoesNotKnowTheOthers =
      noClasses()
          .that()
          .resideInAPackage("dev.ringside.vmm.kvm..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.ringside.vmm.soft..",
              "dev.ringside.vmm.monitor..",
              "dev.ringside.vmm.device..",
              "dev.ringside.vmm.boot..");

  @ArchTest
  static final ArchRule devicesKnowNoProcessor =
      noClasses()
          .that()
          .resideInAPackage("dev.ringside.vmm.device..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.ringside.vmm.soft..", "dev.ringside.vmm.kvm..", "dev.ringside.vmm.monitor..");

  /**
   * Nothing may leave the JVM's bounds but the kvm room, what asks whether a stream is a terminal,
   * and what allocates guest RAM.
   */
  @ArchTest
  static final ArchRule onlyKvmCallsForeignCode =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.ringside.vmm.kvm..")
          .and()
          .doNotHaveFullyQualifiedName("dev.ringside.cli.Terminal")
          .and()
          .haveNameNotMatching("dev\\.ringside\\.vmm\\.memory\\.HostPages(\\$.*)?")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.lang.foreign.Linker");

  @Test
  void everyPackageIsNullMarked() throws IOException {
    Path root = Path.of("..").toAbsolutePath().normalize();
    for (String module : List.of("vmm-core", "profiler", "dap-server")) {
      Path sources = root.resolve(module).resolve("src/main/java");
      try (Stream<Path> folders = Files.walk(sources).filter(Files::isDirectory)) {
        for (Path folder : folders.filter(LayersTest::holdsJava).toList()) {
          Assertions.assertThat(folder.resolve("package-info.java"))
              .exists()
              .content()
              .contains("@NullMarked");
        }
      }
    }
  }

  private static boolean holdsJava(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(f -> f.toString().endsWith(".java"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** So that an empty import never passes for a clean one. */
  @ArchTest
  static void allRoomsAreThere(JavaClasses classes) {
    Assertions.assertThat(classes.stream().map(c -> c.getPackageName()).distinct())
        .contains("dev.ringside.vmm.soft", "dev.ringside.vmm.kvm", "dev.ringside.symbols");
  }
}
