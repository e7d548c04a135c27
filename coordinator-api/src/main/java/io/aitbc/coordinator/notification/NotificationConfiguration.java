package io.aitbc.coordinator.notification;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/** The ways out, and the threads that walk them. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(NotificationSettings.class)
class NotificationConfiguration {

    /** Cuts off what takes too long. */
    @Bean(destroyMethod = "shutdownNow", defaultCandidate = false)
    ScheduledExecutorService notificationWatchdog() {
        CustomizableThreadFactory threads = new CustomizableThreadFactory("notify-watchdog-");
        threads.setDaemon(true);
        return Executors.newSingleThreadScheduledExecutor(threads);
    }

    @Bean(defaultCandidate = false)
    ThreadPoolTaskExecutor notificationWorkers() {
        ThreadPoolTaskExecutor workers = new ThreadPoolTaskExecutor();
        workers.setThreadNamePrefix("notify-");
        workers.setCorePoolSize(DeliverySender.WORKERS);
        workers.setAllowCoreThreadTimeOut(true);
        workers.setWaitForTasksToCompleteOnShutdown(true);
        workers.setAwaitTerminationSeconds((int) TimeLimits.MAIL.total().toSeconds() + 5);
        return workers;
    }

    @Bean
    HookClient hookClient(
            NotificationSettings settings,
            @Qualifier("notificationWatchdog") ScheduledExecutorService watchdog,
            Clock clock) {
        return new HookClient(
                new TargetRules(AllowedTargets.of(settings.allowTargets())),
                SystemDefaultDnsResolver.INSTANCE,
                TimeLimits.USUAL,
                watchdog,
                clock);
    }

    @Bean
    DeliverySender deliverySender(
            DeliveryQueue queue,
            HookClient hooks,
            NotificationSettings settings,
            DeliveryMeters meters,
            ObjectMapper json,
            Clock clock,
            @Qualifier("notificationWatchdog") ScheduledExecutorService watchdog,
            @Qualifier("notificationWorkers") ThreadPoolTaskExecutor workers) {
        Courier mail = new MailCourier(settings, TimeLimits.MAIL, watchdog, clock);
        Courier hook = new HookCourier(hooks, json, clock);
        return new DeliverySender(
                queue,
                Map.of(Channel.EMAIL, mail, Channel.SLACK, hook, Channel.DISCORD, hook, Channel.WEBHOOK, hook),
                settings,
                meters,
                workers,
                clock);
    }
}
