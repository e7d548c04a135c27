package io.aitbc.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.aitbc.testsupport.architecture.ArchitectureRules;
import io.aitbc.testsupport.architecture.SourceRules;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ArchitectureTest {

    private static final Path SOURCES = Path.of("src/main/java");

    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.aitbc.monitoring");

    @TestFactory
    Stream<DynamicTest> theRulesHold() {
        assertThat(classes).isNotEmpty();
        return ArchitectureRules.all().entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(
                        entry.getKey(), () -> entry.getValue().check(classes)));
    }

    @Test
    void noFileIsTooLong() {
        assertThat(SourceRules.tooLong(SOURCES, Map.of())).isEmpty();
    }

    @Test
    void atLeastHalfOfTheTypesArePackagePrivate() {
        assertThat(SourceRules.packagePrivateShare(SOURCES)).isGreaterThanOrEqualTo(0.5);
    }
}
