package io.aitbc.poolhub.console;

import io.aitbc.poolhub.capacity.PlanSource;
import io.aitbc.poolhub.capacity.SnapshotBook;
import io.aitbc.poolhub.gpu.Alerts;
import io.aitbc.poolhub.gpu.GpuBoard;
import io.aitbc.poolhub.gpu.GpuHeat;
import io.aitbc.poolhub.miner.FleetView;
import io.aitbc.poolhub.sla.SlaReads;
import io.aitbc.poolhub.usage.UsageBoard;
import java.time.Clock;
import java.util.concurrent.Executor;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Puts the guard before the pages. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ConsoleSettings.class)
class ConsoleConfiguration {

    /** For what may take longer than a page may wait. */
    @Bean
    ThreadPoolTaskExecutor consoleExecutor() {
        ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
        executor.setThreadNamePrefix("console-");
        executor.setCorePoolSize(2);
        executor.setQueueCapacity(8);
        executor.setDaemon(true);
        return executor;
    }

    @Bean
    OverviewSource overviewSource(
            FleetView fleet,
            SlaReads levels,
            SnapshotBook snapshots,
            PlanSource plans,
            GpuHeat gpus,
            GpuBoard board,
            Alerts alerts,
            UsageBoard usage,
            @Qualifier("consoleExecutor") Executor executor,
            Clock clock) {
        return new OverviewSource(fleet, levels, snapshots, plans, gpus, board, alerts, usage, executor, clock);
    }

    @Bean
    WebMvcConfigurer pageGuard() {
        return new WebMvcConfigurer() {
            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(new PageGuard())
                        .order(Ordered.HIGHEST_PRECEDENCE)
                        .addPathPatterns("/", "/console/**");
            }
        };
    }
}
