package io.aitbc.monitoring.collect;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CollectSettings.class)
class CollectConfiguration {

    @Bean(destroyMethod = "shutdownNow", defaultCandidate = false)
    ScheduledExecutorService leaseThread() {
        return Executors.newSingleThreadScheduledExecutor(new CustomizableThreadFactory("collect-lease-"));
    }

    @Bean(destroyMethod = "shutdownNow", defaultCandidate = false)
    ExecutorService collectThreads() {
        return Executors.newFixedThreadPool(CollectWorker.AT_ONCE, new CustomizableThreadFactory("collect-"));
    }
}
