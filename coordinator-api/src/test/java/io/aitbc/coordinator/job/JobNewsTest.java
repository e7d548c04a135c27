package io.aitbc.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What pool-hubs tell of jobs: once each, in any order. */
class JobNewsTest extends JobScene {

    @Test
    void aJobIsFollowedToItsEnd() {
        String id = submitted().path("pool_job_id").asText();
        clock.advance(Duration.ofMinutes(20));
        JsonNode report = tell(news(id, 1, "QUEUED", 0), news(id, 2, "ASSIGNED", 1), news(id, 3, "RUNNING", 2))
                .body();
        assertThat(report.path("accepted").asInt()).isEqualTo(3);
        assertThat(job(id).path("state").asText()).isEqualTo("RUNNING");
        assertThat(job(id).path("miner_id").asText()).isEqualTo("m-1");
        assertThat(reserved(id, "gpu_hours")).isEqualByComparingTo("1");
        tell(news(id, 4, "COMPLETED", 902));
        JsonNode job = job(id);
        assertThat(job.path("state").asText()).isEqualTo("COMPLETED");
        assertThat(job.path("started_at").asText())
                .isEqualTo(NOON.plusSeconds(2).toString());
        assertThat(job.path("finished_at").asText())
                .isEqualTo(NOON.plusSeconds(902).toString());
        assertThat(job.path("used").path("gpu_hours").decimalValue()).isEqualByComparingTo("0.25");
        assertThat(reserved(id, "gpu_hours"))
                .as("what was used replaces what was reserved")
                .isEqualByComparingTo("0.25");
    }

    @Test
    void theOrderInWhichNewsComeDoesNotMatter() {
        Random random = new Random(7);
        for (int round = 0; round < 12; round++) {
            String id = submitted().path("pool_job_id").asText();
            List<String> news = new ArrayList<>(List.of(
                    news(id, 1, "QUEUED", 0),
                    news(id, 2, "ASSIGNED", 1),
                    news(id, 3, "RUNNING", 2),
                    news(id, 4, "QUEUED", 30, ", \"started_at\": \"" + NOON.plusSeconds(2) + "\""),
                    news(id, 5, "ASSIGNED", 31),
                    news(id, 6, "RUNNING", 32),
                    news(id, 7, "FAILED", 90, ", \"fail_code\": \"job_error\", \"cause\": \"exit 1\"")));
            Collections.shuffle(news, random);
            clock.set(NOON.plusSeconds(600));
            int cut = random.nextInt(news.size());
            tell(news.subList(0, cut).toArray(String[]::new));
            tell(news.subList(cut, news.size()).toArray(String[]::new));
            JsonNode job = job(id);
            assertThat(job.path("state").asText()).isEqualTo("FAILED");
            assertThat(job.path("fail_code").asText()).isEqualTo("job_error");
            assertThat(job.path("started_at").asText())
                    .as("when it first ran")
                    .isEqualTo(NOON.plusSeconds(2).toString());
            assertThat(job.path("finished_at").asText())
                    .isEqualTo(NOON.plusSeconds(90).toString());
            clock.set(NOON);
        }
    }

    @Test
    void theSameAgainChangesNothingAndAnEndIsFinal() {
        String id = submitted().path("pool_job_id").asText();
        String end = news(id, 5, "COMPLETED", 60);
        assertThat(tell(end, end).body().path("duplicates").asInt()).isEqualTo(1);
        assertThat(tell(end).body().path("duplicates").asInt()).isEqualTo(1);
        JsonNode before = job(id);
        long entries = newsInTheAuditLog();
        tell(news(id, 3, "RUNNING", 20));
        tell(news(id, 6, "FAILED", 70));
        assertThat(newsInTheAuditLog())
                .as("they are kept, though they change nothing of the job")
                .isEqualTo(entries + 2);
        assertThat(state(id)).isEqualTo("COMPLETED");
        assertThat(job(id).path("finished_at")).isEqualTo(before.path("finished_at"));
        assertThat(jdbc.sql("SELECT count(*) FROM audit_log WHERE action = 'job.news' AND actor = 'service'"
                                + " AND at >= (SELECT submitted_at FROM tenant_jobs WHERE pool_job_id::text = :id)")
                        .param("id", id)
                        .query(Long.class)
                        .single())
                .isPositive();
    }

    @Test
    void eachIsGoodOrBadForItself() {
        String id = submitted().path("pool_job_id").asText();
        Answer answer = tell(
                "null",
                "7",
                "{}",
                news("nobodys", 1, "QUEUED", 0),
                news("00000000-0000-0000-0000-000000000000", 1, "QUEUED", 0),
                news(id, 0, "QUEUED", 0),
                news(id, 1, "REJECTED", 0),
                news(id, 1, "DANCING", 0),
                news(id, 2, "COMPLETED", 9).replace("0.25", "-1"),
                news(id, 2, "COMPLETED", 9).replace("0.25", "1e400"),
                news(id, 2, "COMPLETED", 9).replace("\"m-1\"", "\"m\\u0000\""),
                news(id, 1, "RUNNING", 5));
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        List<String> verdicts = answer.body().findValuesAsText("verdict");
        assertThat(verdicts.subList(0, 11)).containsOnly("REJECTED");
        assertThat(verdicts.get(11)).isEqualTo("ACCEPTED");
        assertThat(answer.body().path("results").path(3).path("code").asText()).isEqualTo("UNKNOWN_JOB");
        assertThat(state(id)).isEqualTo("RUNNING");
    }

    @Test
    void newsThatCameBeforeTheHubsAnswerAreNotUndoneByIt() {
        String id = recorded().toString();
        tell(news(id, 3, "RUNNING", 5));
        placement.sweep();
        assertThat(state(id)).isEqualTo("RUNNING");
    }

    @Test
    void theSeriesAreThere() {
        String id = submitted().path("pool_job_id").asText();
        clock.advance(Duration.ofMinutes(2));
        tell(news(id, 3, "RUNNING", 5), news(id, 4, "FAILED", 65));
        String scrape = get(VIEWER, "/actuator/prometheus").response().body();
        for (String series : Arrays.asList(
                "job_submission_duration_seconds_bucket{",
                "job_queue_duration_seconds_bucket{",
                "job_execution_duration_seconds_bucket{",
                "job_processing_duration_seconds_bucket{",
                "jobs_total{",
                "status=\"failed\"",
                "status=\"rejected\"",
                "jobs_failed_total",
                "jobs_in_queue")) {
            assertThat(scrape).contains(series);
        }
        assertThat(scrape).containsPattern("job_execution_duration_seconds_bucket\\{[^}]*le=\"300.0\"");
        assertThat(scrape).containsPattern("job_submission_duration_seconds_bucket\\{[^}]*le=\"0.1\"");
    }

    private long newsInTheAuditLog() {
        return jdbc.sql("SELECT count(*) FROM audit_log WHERE action = 'job.news'")
                .query(Long.class)
                .single();
    }
}
