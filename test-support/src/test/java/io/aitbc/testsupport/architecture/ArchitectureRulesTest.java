package io.aitbc.testsupport.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class ArchitectureRulesTest {

    private final JavaClasses bad = new ClassFileImporter().importPackages("io.aitbc.testsupport.architecture.bad");

    @TestFactory
    Stream<DynamicTest> everyRuleReportsTheClassThatBreaksIt() {
        return ArchitectureRules.all().entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> reports(entry.getValue())));
    }

    private void reports(ArchRule rule) {
        assertThat(rule.evaluate(bad).hasViolation()).isTrue();
    }

    @Test
    void aFileOver300LinesIsReportedUnlessExcused(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("Long.java"), "// line\n".repeat(301));
        Files.writeString(folder.resolve("Fine.java"), "// line\n".repeat(300));
        assertThat(SourceRules.tooLong(folder, Map.of()))
                .singleElement()
                .asString()
                .contains("Long.java");
        assertThat(SourceRules.tooLong(folder, Map.of("Long.java", "a table"))).isEmpty();
    }

    @Test
    void thePackagePrivateShareCountsTopLevelTypes(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("Open.java"), "public final class Open {}\n");
        Files.writeString(folder.resolve("Shut.java"), "record Shut() {}\n");
        assertThat(SourceRules.packagePrivateShare(folder)).isEqualTo(0.5);
    }
}
