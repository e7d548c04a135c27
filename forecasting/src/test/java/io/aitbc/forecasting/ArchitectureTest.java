package io.aitbc.forecasting;

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
import io.aitbc.forecasting.bad.TellsTheTime;
import io.aitbc.testsupport.architecture.SourceRules;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Another team can use this library with nothing but the JDK, without our clock and without our threads. */
class ArchitectureTest {

    private static final Path SOURCES = Path.of("src/main/java");

    private static final Map<String, ArchRule> RULES = Map.of(
            "libraries by allow-list",
            classes()
                    .that(not(resideInAPackage("..cli..")))
                    .should()
                    .onlyDependOnClassesThat(resideInAnyPackage(
                            "java..", "io.aitbc.forecasting..", "org.jspecify..", "org.apache.commons.statistics.."))
                    .because("picocli belongs into the command, and nothing else is needed"),
            "a clock is an argument",
            noClasses()
                    .should()
                    .callMethod(Instant.class, "now")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .callMethod(System.class, "nanoTime")
                    .because("a forecast depends on the series and nothing else"),
            "threads are the host's",
            noClasses()
                    .that(not(resideInAPackage("..cli..")))
                    .should()
                    .dependOnClassesThat()
                    .belongToAnyOf(ForkJoinPool.class)
                    .because("who uses the library decides what runs where"));

    private final JavaClasses library = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.aitbc.forecasting");

    @TestFactory
    Stream<DynamicTest> theRulesHoldAndCanFail() {
        JavaClasses bad = new ClassFileImporter().importClasses(TellsTheTime.class);
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
        slices().matching("io.aitbc.forecasting.(*)..")
                .should()
                .beFreeOfCycles()
                .check(library);
    }

    @Test
    void theModelsKnowNothingOfWhoUsesThem() {
        classes()
                .that()
                .resideInAPackage("io.aitbc.forecasting.model")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage("java..", "io.aitbc.forecasting.model", "org.jspecify.."))
                .check(library);
    }

    @Test
    void noFileHasMoreThanThreeHundredLinesAndHalfOfTheTypesStayInside() {
        assertThat(SourceRules.tooLong(SOURCES, Map.of())).isEmpty();
        assertThat(SourceRules.packagePrivateShare(SOURCES)).isGreaterThanOrEqualTo(0.5);
    }
}
