package io.aitbc.monitoring.chain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which blocks of a node were seen, and what its newest one means: blocks to be counted, once each; a reorganisation, when the node
 * now has others in place of some that were seen; a reset, when it has nothing in common any more with what was seen.
 */
final class ChainHistory {

    /** How far back a block is known again. */
    private static final int DEPTH = 256;
    /** Of more blocks than this, the oldest are left out. */
    private static final int MOST_BEHIND = 5_000;
    /** No more are read in one round. */
    private static final int MOST_AT_ONCE = 200;

    /**
     * What a round brought.
     *
     * @param blocks new ones, from below
     * @param skipped how many were left out because there were too many
     */
    record Step(List<Block> blocks, boolean isReorg, boolean isReset, long skipped) {

        private static final Step NOTHING = new Step(List.of(), false, false, 0);
    }

    private final TreeMap<Long, String> seen = new TreeMap<>();

    /**
     * Takes the newest block in, and those between it and the last one that was seen; as many as time allows, the others the next
     * time.
     */
    Step advance(Block head, ChainNode node, Deadline deadline) throws NodeTrouble {
        if (seen.isEmpty()) {
            begin(head);
            return Step.NOTHING;
        }
        if (head.hash().equals(seen.get(head.number()))) {
            // Nothing new, or the node has gone back on the same chain.
            return Step.NOTHING;
        }
        long last = seen.lastKey();
        Block next = head;
        if (head.number() > last + 1 && head.number() - last <= MOST_BEHIND) {
            Optional<Block> found = node.block(last + 1, deadline);
            if (found.isEmpty()) {
                return Step.NOTHING;
            }
            next = found.get();
        }
        if (head.number() > last && (next.number() > last + 1 || isOn(next, seen.get(last)))) {
            return read(head, next, false, node, deadline);
        }
        Long common = common(Math.min(last, head.number() - 1), node, deadline);
        seen.tailMap(common == null ? Long.MIN_VALUE : common, common == null).clear();
        if (common == null) {
            begin(head);
            return new Step(List.of(), false, true, 0);
        }
        return read(head, head, true, node, deadline);
    }

    /** What is there already is nothing that was seen to come. */
    private void begin(Block head) {
        if (head.parentHash() != null && head.number() > 0) {
            seen.put(head.number() - 1, head.parentHash());
        }
        seen.put(head.number(), head.hash());
    }

    private static boolean isOn(Block block, @Nullable String hashBelow) {
        return block.parentHash() == null
                || hashBelow == null
                || block.parentHash().equals(hashBelow);
    }

    /** The highest block that was seen and that the node still has; null when there is none, or looking takes too long. */
    private @Nullable Long common(long from, ChainNode node, Deadline deadline) throws NodeTrouble {
        for (Map.Entry<Long, String> old :
                seen.headMap(from, true).descendingMap().entrySet()) {
            if (deadline.isHalfOver()) {
                return null;
            }
            Optional<Block> now = node.block(old.getKey(), deadline);
            if (now.isPresent() && now.get().hash().equals(old.getValue())) {
                return old.getKey();
            }
        }
        return null;
    }

    /** Reads the blocks above the last one seen, up to the head. */
    private Step read(Block head, Block known, boolean isReorg, ChainNode node, Deadline deadline) throws NodeTrouble {
        long next = seen.lastKey() + 1;
        long skipped = Math.max(0, head.number() - next + 1 - MOST_BEHIND);
        if (skipped > 0) {
            seen.clear();
        }
        List<Block> blocks = new ArrayList<>();
        for (long number = next + skipped; number <= head.number(); number++) {
            boolean isAtHand = number == head.number() || number == known.number();
            if (!isAtHand && (blocks.size() >= MOST_AT_ONCE || deadline.isHalfOver())) {
                break;
            }
            Optional<Block> block;
            try {
                block = isAtHand ? Optional.of(number == head.number() ? head : known) : node.block(number, deadline);
            } catch (NodeTrouble e) {
                if (blocks.isEmpty() && !isReorg && skipped == 0) {
                    throw e;
                }
                // What was read must be counted; whether the node is away the next round sees.
                break;
            }
            if (block.isEmpty() || !isOn(block.get(), seen.get(number - 1))) {
                // The chain changes while it is read; the next round sees how it came out.
                break;
            }
            seen.put(number, block.get().hash());
            blocks.add(block.get());
        }
        while (seen.size() > DEPTH) {
            seen.pollFirstEntry();
        }
        return new Step(blocks, isReorg, false, skipped);
    }
}
