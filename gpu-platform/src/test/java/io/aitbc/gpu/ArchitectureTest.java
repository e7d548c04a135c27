package io.aitbc.gpu;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.aitbc.gpu.bad.TellsTheTimeFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Another team can use this library without Spring, without a database and without our clock. */
class ArchitectureTest {

    private static final String[] ALWAYS = {"java..", "io.aitbc.gpu..", "org.jspecify..", "org.slf4j.."};

    private static final Map<String, ArchRule> RULES = Map.of(
            "libraries by allow-list",
            classes()
                    .that(not(resideInAnyPackage("..rules..", "..metrics..", "..tracing..")))
                    .should()
                    .onlyDependOnClassesThat(resideInAnyPackage(ALWAYS))
                    .because(
                            "SnakeYAML belongs into rules, Micrometer into metrics and tracing, and nothing else is needed"),
            "a clock is an argument",
            noClasses()
                    .should()
                    .callMethod(Instant.class, "now")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis")
                    .because("time comes in with a sample, as an argument, or from an InstantSource"),
            "threads are the host's",
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .belongToAnyOf(Executors.class)
                    .because("who uses the library decides what runs where"));

    private final JavaClasses library = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.aitbc.gpu");

    @TestFactory
    Stream<DynamicTest> theRulesHoldAndCanFail() {
        JavaClasses bad = new ClassFileImporter().importClasses(TellsTheTimeFixture.TYPE);
        assertThat(library).hasSizeGreaterThan(30);
        return RULES.entrySet().stream()
                .map(rule -> DynamicTest.dynamicTest(rule.getKey(), () -> {
                    rule.getValue().check(library);
                    assertThat(rule.getValue().evaluate(bad).hasViolation())
                            .as("the rule can fail")
                            .isTrue();
                }));
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.aitbc.gpu.(*)..").should().beFreeOfCycles().check(library);
    }

    @Test
    void onlyRulesReadYaml() {
        noClasses()
                .that(not(resideInAPackage("..rules..")))
                .should()
                .dependOnClassesThat(resideInAPackage("org.yaml.."))
                .check(library);
    }

    @Test
    void noFileHasMoreThanThreeHundredLines() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".java")))
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(Files.readAllLines(file)).hasSizeLessThanOrEqualTo(300));
        }
    }
}
