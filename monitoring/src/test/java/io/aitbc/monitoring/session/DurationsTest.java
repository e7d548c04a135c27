package io.aitbc.monitoring.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class DurationsTest {

    @Property
    void whatIsPrintedIsReadAsItWas(@ForAll @LongRange(min = 0, max = 100L * 86_400_000) long millis) {
        Duration duration = Duration.ofMillis(millis);
        assertThat(Durations.parse(Durations.print(duration))).hasValue(duration);
    }

    @Example
    void readsWhatPrometheusWrites() {
        assertThat(Durations.parse("15s")).hasValue(Duration.ofSeconds(15));
        assertThat(Durations.parse("1m30s")).hasValue(Duration.ofSeconds(90));
        assertThat(Durations.parse("1d2h3m4s5ms")).hasValue(Duration.parse("P1DT2H3M4.005S"));
        assertThat(Durations.parse("1w")).hasValue(Duration.ofDays(7));
        assertThat(Durations.parse("0")).hasValue(Duration.ZERO);
        assertThat(Durations.print(Duration.ofSeconds(90))).isEqualTo("1m30s");
        assertThat(Durations.print(Duration.ofHours(1))).isEqualTo("1h");
        assertThat(Durations.print(Duration.ofMillis(1500))).isEqualTo("1s500ms");
    }

    @Example
    void otherTextsAreNone() {
        for (String text :
                new String[] {"", " ", "15", "15 s", "s", "-1s", "1.5s", "30s1m", "1S", "1s ", "１s", "9999999999s"}) {
            assertThat(Durations.parse(text)).as(text).isEmpty();
        }
    }

    @Example
    void settingsAreRefusedByName() {
        assertThat(Durations.setting("DEFAULT_SCRAPE_INTERVAL", "1h")).isEqualTo(Duration.ofHours(1));
        for (String text : new String[] {"999ms", "1h1ms", "15", ""}) {
            assertThatThrownBy(() -> Durations.setting("DEFAULT_SCRAPE_INTERVAL", text))
                    .hasMessage("DEFAULT_SCRAPE_INTERVAL must be a duration such as 15s or 1m30s, of 1s to 1h, was '"
                            + text + "'");
        }
    }
}
