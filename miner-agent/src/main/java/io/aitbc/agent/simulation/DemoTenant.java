package io.aitbc.agent.simulation;

import java.util.List;

/** Who the fleet works for. */
record DemoTenant(String tenantId, String name, String billingEmail) {

    static final List<DemoTenant> ALL = List.of(
            new DemoTenant("tenant_001", "Aurora Robotics (demo)", "billing@aurora.invalid"),
            new DemoTenant("tenant_002", "Borealis Rendering (demo)", "billing@borealis.invalid"),
            new DemoTenant("tenant_003", "Cumulus Genomics (demo)", "billing@cumulus.invalid"));

    /** The first tenant asks for half of the work, the last for the least. */
    static DemoTenant draw(Chance chance) {
        if (chance.happens(0.5)) {
            return ALL.get(0);
        }
        return chance.happens(0.65) ? ALL.get(1) : ALL.get(2);
    }
}
