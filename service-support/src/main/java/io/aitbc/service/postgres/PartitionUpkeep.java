package io.aitbc.service.postgres;

import org.springframework.scheduling.annotation.Scheduled;

/** Runs {@link MonthlyPartitions#maintain()} often enough that a month never begins without its partition. */
final class PartitionUpkeep {

    private final MonthlyPartitions partitions;

    PartitionUpkeep(MonthlyPartitions partitions) {
        this.partitions = partitions;
    }

    @Scheduled(fixedDelayString = "PT6H", initialDelayString = "PT6H")
    void maintain() {
        partitions.maintain();
    }
}
