package io.aitbc.gpu.scheduling;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A machine with its GPUs. */
final class Node {

    final String id;
    final List<Slot> slots = new ArrayList<>();
    Set<String> labels = Set.of();
    int open;
    String kind = "";

    Node(String id) {
        this.id = id;
    }

    int count() {
        int count = 0;
        for (Slot slot : slots) {
            if (slot.isOpen()) {
                count++;
            }
        }
        return count;
    }
}
