package io.aitbc.gpu.scheduling;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All machines, found by what they have: machines with the same GPUs are together, and there by how many of them are open,
 * so that a search looks only at machines that can be meant.
 */
final class Fleet {

    /** Machines with the same GPUs; {@code byOpen.get(n)} are those of which n GPUs are open. */
    static final class Kind {
        final List<GpuSlot> examples;
        final List<Set<Node>> byOpen = new ArrayList<>();

        Kind(List<GpuSlot> examples) {
            this.examples = examples;
        }

        private Set<Node> with(int open) {
            while (byOpen.size() <= open) {
                byOpen.add(new LinkedHashSet<>());
            }
            return byOpen.get(open);
        }
    }

    private final Map<String, Slot> slots = new HashMap<>();
    private final Map<String, Node> nodes = new HashMap<>();
    private final Map<String, Kind> kinds = new TreeMap<>();

    @Nullable
    Slot slot(String uuid) {
        return slots.get(uuid);
    }

    Collection<Slot> slots() {
        return slots.values();
    }

    Collection<Node> nodes() {
        return nodes.values();
    }

    Collection<Kind> kinds() {
        return kinds.values();
    }

    /** Adds a GPU, or takes note of what changed about it. One that turns up in another machine has moved. */
    Slot put(GpuSlot gpu) {
        Slot known = slots.get(gpu.uuid());
        if (known != null && !known.node.id.equals(gpu.node())) {
            remove(gpu.uuid());
            Slot moved = put(gpu);
            moved.job = known.job;
            touched(moved.node);
            return moved;
        }
        if (known != null) {
            boolean sameKind = kindOf(known.gpu).equals(kindOf(gpu));
            known.gpu = gpu;
            if (!sameKind) {
                rekind(known.node);
            }
            touched(known.node);
            return known;
        }
        Node node = nodes.computeIfAbsent(gpu.node(), Node::new);
        Slot slot = new Slot(node, gpu);
        node.slots.add(slot);
        slots.put(gpu.uuid(), slot);
        rekind(node);
        return slot;
    }

    void remove(String uuid) {
        Slot slot = slots.remove(uuid);
        if (slot != null) {
            slot.node.slots.remove(slot);
            rekind(slot.node);
            if (slot.node.slots.isEmpty()) {
                kind(slot.node).with(slot.node.open).remove(slot.node);
                nodes.remove(slot.node.id);
            }
        }
    }

    void label(String nodeId, Set<String> labels) {
        nodes.computeIfAbsent(nodeId, Node::new).labels = Set.copyOf(labels);
    }

    /** A GPU of the machine was taken, freed, kept or changed. */
    void touched(Node node) {
        int open = node.count();
        if (open != node.open) {
            Kind kind = kind(node);
            kind.with(node.open).remove(node);
            node.open = open;
            kind.with(open).add(node);
        }
    }

    private void rekind(Node node) {
        Kind old = kinds.get(node.kind);
        if (old != null) {
            old.with(node.open).remove(node);
        }
        Set<String> distinct = new TreeSet<>();
        node.slots.forEach(slot -> distinct.add(kindOf(slot.gpu)));
        node.kind = String.join(",", distinct);
        node.open = node.count();
        kind(node).with(node.open).add(node);
    }

    private Kind kind(Node node) {
        return kinds.computeIfAbsent(node.kind, key -> {
            Map<String, GpuSlot> examples = new TreeMap<>();
            node.slots.forEach(slot -> examples.putIfAbsent(kindOf(slot.gpu), slot.gpu));
            return new Kind(List.copyOf(examples.values()));
        });
    }

    private static String kindOf(GpuSlot gpu) {
        return gpu.model() + "/" + gpu.memoryMib();
    }
}
