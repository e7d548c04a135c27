package io.aitbc.monitoring.chain;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ChainSettings.class)
class ChainConfiguration {

    /** The threads are no bean: Spring would take them for those of its own schedule. */
    @Bean
    ChainWatch chainWatch(ChainSettings settings, ObjectMapper json, Clock clock) {
        NodeHttp http = new NodeHttp(json);
        Map<String, NodeWatch> nodes = new HashMap<>();
        for (NodeAddress address : settings.addresses()) {
            ChainNode node = switch (address.dialect()) {
                case ETHEREUM -> new EthereumNode(address.url(), http);
                case AITBC -> new AitbcNode(address.url(), http);
            };
            nodes.put(address.name(), new NodeWatch(address.name(), node, settings, clock));
        }
        return new ChainWatch(nodes, threads(nodes.size()), settings);
    }

    private static ScheduledExecutorService threads(int nodes) {
        AtomicInteger number = new AtomicInteger();
        return Executors.newScheduledThreadPool(nodes, task -> {
            Thread thread = new Thread(task, "chain-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }
}
