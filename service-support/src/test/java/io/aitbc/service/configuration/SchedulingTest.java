package io.aitbc.service.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.scheduling.TaskScheduler;

class SchedulingTest {

    @Test
    void aJobThatHangsHoldsNoOtherUpWithVirtualThreadsEither() {
        new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(ServiceConfiguration.class, TaskSchedulingAutoConfiguration.class))
                .withBean(DataSource.class, SimpleDriverDataSource::new)
                .withPropertyValues("spring.threads.virtual.enabled=true", "spring.task.scheduling.pool.size=4")
                .run(context -> {
                    TaskScheduler scheduler = context.getBean(TaskScheduler.class);
                    CountDownLatch end = new CountDownLatch(1);
                    CountDownLatch others = new CountDownLatch(3);
                    scheduler.scheduleWithFixedDelay(() -> awaitQuietly(end), Duration.ofHours(1));
                    try {
                        for (int i = 0; i < 3; i++) {
                            scheduler.scheduleWithFixedDelay(others::countDown, Duration.ofHours(1));
                        }
                        assertThat(others.await(30, TimeUnit.SECONDS)).isTrue();
                    } finally {
                        end.countDown();
                    }
                });
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
