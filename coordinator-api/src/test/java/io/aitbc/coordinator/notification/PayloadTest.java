package io.aitbc.coordinator.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What Slack and Discord are sent, within what they document. */
class PayloadTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void slackGetsTextAndBlocks() {
        JsonNode slack = JSON.valueToTree(Payload.slack(Samples.notification("Pool is full", "No GPU is free.")));
        assertThat(slack.path("text").asText()).isEqualTo("[CRITICAL] Pool is full");
        JsonNode attachment = slack.path("attachments").path(0);
        assertThat(attachment.path("color").asText()).isEqualTo("#c62828");
        assertThat(attachment.at("/blocks/0/text/text").asText()).isEqualTo("No GPU is free.");
        assertThat(attachment.at("/blocks/1/fields").findValuesAsText("text"))
                .contains("severity: critical", "since: 2026-04-22T12:00:00Z", "tenant: acme", "pool: pool-1");
    }

    @Test
    void slackMentionsNobody() {
        JsonNode slack = JSON.valueToTree(Payload.slack(Samples.notification("<!channel> a & b", "<!here> *b*")));
        assertThat(slack.path("text").asText()).isEqualTo("[CRITICAL] &lt;!channel&gt; a &amp; b");
        assertThat(slack.findValuesAsText("type")).doesNotContain("mrkdwn");
    }

    @Test
    void slacksLimitsHold() {
        JsonNode slack = JSON.valueToTree(Payload.slack(huge()));
        JsonNode blocks = slack.at("/attachments/0/blocks");
        assertThat(blocks.at("/0/text/text").asText())
                .hasSizeBetween(2_999, 3_000)
                .endsWith("…");
        assertThat(blocks.at("/1/fields").size()).isBetween(1, 10);
        assertThat(JSON.valueToTree(Payload.slack(Samples.notification("t", "")))
                        .toString())
                .doesNotContain("\"text\":\"\"");
    }

    @Test
    void discordMentionsNobodyAndItsLimitsHold() {
        JsonNode discord = JSON.valueToTree(Payload.discord(huge()));
        assertThat(discord.path("content").asText().length()).isLessThanOrEqualTo(2_000);
        assertThat(discord.at("/allowed_mentions/parse")).isEmpty();
        assertThat(discord.at("/allowed_mentions/parse").isArray()).isTrue();
        JsonNode embed = discord.at("/embeds/0");
        assertThat(embed.path("description").asText()).hasSizeBetween(4_095, 4_096);
        assertThat(embed.path("fields").size()).isLessThanOrEqualTo(25);
        int all = embed.path("description").asText().length();
        for (JsonNode field : embed.path("fields")) {
            assertThat(field.path("name").asText().length()).isBetween(1, 256);
            assertThat(field.path("value").asText().length()).isBetween(1, 1_024);
            all += field.path("name").asText().length()
                    + field.path("value").asText().length();
        }
        assertThat(all).isLessThanOrEqualTo(6_000);
    }

    @Test
    void aResolutionIsGreenAndSaysSo() {
        Notification over =
                Samples.notification(EpisodeEvent.RESOLVED, Severity.CRITICAL, "Pool is full", "", Map.of());
        JsonNode discord = JSON.valueToTree(Payload.discord(over));
        assertThat(discord.path("content").asText()).isEqualTo("[RESOLVED] Pool is full");
        assertThat(discord.at("/embeds/0/color").asInt()).isEqualTo(0x2e7d32);
    }

    @Test
    void noPairOfSurrogatesIsCutInTwo() {
        assertThat(Texts.cut("ab\uD83D\uDE00cd", 4)).isEqualTo("ab…");
        assertThat(Texts.cut("ab\uD83D\uDE00cd", 5)).isEqualTo("ab\uD83D\uDE00…");
        assertThat(Texts.cut("abcd", 4)).isEqualTo("abcd");
        assertThat(Texts.line("a\r\nBcc: x\u0000\u2028b\uD83D", 50)).isEqualTo("a Bcc: x b");
    }

    /** By {@code printf '%s' '1776859200.{"a":1}' | openssl dgst -sha256 -hmac 0123456789abcdef}. */
    @Test
    void theSignatureIsWhatOtherProgramsMake() {
        byte[] body = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
        assertThat(Signature.of("0123456789abcdef", Instant.parse("2026-04-22T12:00:00Z"), body))
                .isEqualTo("t=1776859200,v1=520c9ac5b7bb7374f9bcc75f2c03f3844f6a88da6c4c96c5b5f1f1758727f09d");
    }

    private static Notification huge() {
        Map<String, String> labels = new TreeMap<>();
        for (int i = 0; i < 64; i++) {
            labels.put(("label" + i + "-").repeat(14), "v".repeat(1_024));
        }
        return Samples.notification(
                EpisodeEvent.OPENED, Severity.HIGH, "t".repeat(300), "\uD83D\uDE00".repeat(10_000), labels);
    }
}
