package io.aitbc.poolhub.gpu;

import io.aitbc.gpu.rules.RuleBook;
import io.aitbc.gpu.rules.RuleSet;
import io.aitbc.gpu.tracing.GpuSpans;
import io.micrometer.tracing.Tracer;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The parts of the GPU library that this feature drives. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(GpuSettings.class)
class GpuConfiguration {

    @Bean
    RuleBook gpuRules() {
        return new RuleBook(RuleSet.standard());
    }

    @Bean
    GpuSpans gpuSpans(Tracer tracer) {
        return new GpuSpans(tracer);
    }
}
