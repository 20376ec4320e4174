package dev.daytonaoperator.operator;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.fabric8.kubernetes.client.Client;
import java.io.File;
import java.time.Clock;
import java.util.Random;
import java.util.UUID;

/** The arrows between modules and packages, and what pure code may not touch. */
@AnalyzeClasses(
    packages = "dev.daytonaoperator",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String CRDS = "dev.daytonaoperator.api..";
  private static final String SERVICES = "dev.daytonaoperator.services..";
  private static final String OPERATOR = "dev.daytonaoperator.operator..";
  private static final String TESTING = "dev.daytonaoperator.testing..";
  private static final String APP = OPERATOR.replace("..", ".app..");
  private static final String APPLY = OPERATOR.replace("..", ".apply..");
  private static final String STATUS = OPERATOR.replace("..", ".status..");
  private static final String RECONCILE = OPERATOR.replace("..", ".reconcile..");

  private static final DescribedPredicate<JavaClass> CLIENT =
      assignableTo(Client.class)
          .or(
              resideInAnyPackage(
                  "io.fabric8.kubernetes.client.dsl..",
                  "io.fabric8.kubernetes.client.extended..",
                  "io.fabric8.kubernetes.client.http..",
                  "io.fabric8.kubernetes.client.informers..",
                  "io.javaoperatorsdk..",
                  "java.net.http.."))
          .as("a client");

  private static final DescribedPredicate<JavaClass> RANDOMNESS =
      assignableTo(Random.class)
          .or(type(UUID.class))
          .or(resideInAPackage("java.util.random.."))
          .as("randomness");

  private static final DescribedPredicate<JavaClass> FILES =
      resideInAPackage("java.nio.file..").or(type(File.class)).as("files");

  @ArchTest
  static final ArchRule services_do_not_know_the_operator =
      noClasses()
          .that()
          .resideInAPackage(SERVICES)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(OPERATOR, TESTING);

  @ArchTest
  static final ArchRule api_types_know_annotations_and_the_model_only =
      classes()
          .that()
          .resideInAPackage(CRDS)
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                      CRDS,
                      "java.lang..",
                      "java.util..",
                      "com.fasterxml.jackson.annotation..",
                      "io.fabric8.generator.annotation..",
                      "io.fabric8.crd.generator.annotation..",
                      "io.fabric8.kubernetes.model..",
                      "io.fabric8.kubernetes.api.model..")
                  .or(type(io.fabric8.kubernetes.client.CustomResource.class)));

  @ArchTest
  static final ArchRule services_are_pure =
      noClasses()
          .that()
          .resideInAPackage(SERVICES)
          .should()
          .dependOnClassesThat(CLIENT)
          .orShould()
          .dependOnClassesThat(RANDOMNESS)
          .orShould()
          .dependOnClassesThat(FILES)
          .orShould()
          .dependOnClassesThat(resideInAPackage("java.time.."))
          .orShould()
          .callMethod(System.class, "getenv")
          .orShould()
          .callMethod(System.class, "getenv", String.class)
          .orShould()
          .callMethod(System.class, "getProperty", String.class)
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .because("the same inputs must render the same objects, anywhere and at any time");

  @ArchTest
  static final ArchRule status_is_a_function_but_for_its_writer =
      noClasses()
          .that()
          .resideInAPackage(STATUS)
          .and()
          .doNotHaveSimpleName("StatusWriter")
          .and(
              DescribedPredicate.not(
                  DescribedPredicate.describe(
                      "are inside it", c -> c.getName().contains("StatusWriter$"))))
          .should()
          .dependOnClassesThat(CLIENT)
          .orShould()
          .dependOnClassesThat(RANDOMNESS)
          .orShould()
          .dependOnClassesThat(FILES);

  @ArchTest
  static final ArchRule status_and_apply_do_not_know_who_uses_them =
      noClasses()
          .that()
          .resideInAnyPackage(STATUS, APPLY)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(RECONCILE, APP);

  @ArchTest
  static final ArchRule the_engine_applies_anything =
      noClasses()
          .that()
          .resideInAPackage(APPLY)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(CRDS)
          .because("what is applied is the renderers' business");

  @ArchTest
  static final ArchRule nobody_depends_on_the_process =
      noClasses()
          .that()
          .resideOutsideOfPackage(APP)
          .and()
          .resideInAnyPackage(OPERATOR, SERVICES, CRDS)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(APP);

  @ArchTest
  static final ArchRule time_is_the_callers =
      noClasses()
          .that()
          .resideInAPackage(OPERATOR)
          .and()
          .resideOutsideOfPackage(APP)
          .should()
          .callMethod(Clock.class, "systemUTC")
          .orShould()
          .callMethod(Clock.class, "systemDefaultZone")
          .orShould()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .because("tests move the clock");

  @ArchTest
  static final ArchRule only_the_command_line_prints =
      noClasses()
          .that()
          .resideInAnyPackage(OPERATOR, SERVICES, CRDS)
          .and()
          .doNotHaveFullyQualifiedName("dev.daytonaoperator.operator.app.Main")
          .should(ACCESS_STANDARD_STREAMS);
}
