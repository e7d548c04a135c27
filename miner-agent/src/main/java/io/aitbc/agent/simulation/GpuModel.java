package io.aitbc.agent.simulation;

/** The GPUs of the fleet, with memory as sold and a plausible price per hour. */
enum GpuModel {
    A100("NVIDIA A100-SXM4-80GB", 80, 8, 400, "1.20"),
    H100("NVIDIA H100 80GB HBM3", 80, 8, 700, "2.40"),
    H200("NVIDIA H200", 141, 8, 700, "3.20"),
    L40S("NVIDIA L40S", 48, 4, 350, "0.90"),
    RTX_4090("NVIDIA GeForce RTX 4090", 24, 2, 450, "0.40");

    final String product;
    final int vramGb;
    final int mostPerMachine;
    final int boardWatts;
    final String pricePerHour;

    GpuModel(String product, int vramGb, int mostPerMachine, int boardWatts, String pricePerHour) {
        this.product = product;
        this.vramGb = vramGb;
        this.mostPerMachine = mostPerMachine;
        this.boardWatts = boardWatts;
        this.pricePerHour = pricePerHour;
    }
}
