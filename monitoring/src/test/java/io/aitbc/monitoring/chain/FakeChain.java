package io.aitbc.monitoring.chain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A node whose chain a test makes up; {@link #cutTo} and {@link #mine} reorganise it. */
final class FakeChain implements ChainNode {

    private final List<Block> blocks = new ArrayList<>();
    private int hashes;

    /** What it fails with when it is asked for a block of this height or above. */
    @Nullable
    Long failsFrom;

    boolean isAway;
    OptionalLong peers = OptionalLong.of(3);
    int questions;

    FakeChain(int blocks) {
        mine(blocks, Instant.EPOCH, 0);
    }

    FakeChain mine(int count, Instant at, int transactions) {
        for (int i = 0; i < count; i++) {
            String parent =
                    blocks.isEmpty() ? "none" : blocks.get(blocks.size() - 1).hash();
            blocks.add(new Block(blocks.size(), "hash-" + hashes++, parent, at, transactions, null, null));
        }
        return this;
    }

    FakeChain add(Block block) {
        blocks.add(block);
        return this;
    }

    /** Leaves so many blocks. */
    FakeChain cutTo(int count) {
        blocks.subList(count, blocks.size()).clear();
        return this;
    }

    List<Block> blocks() {
        return blocks;
    }

    @Override
    public Block head(Deadline deadline) throws NodeTrouble {
        if (isAway) {
            throw new NodeTrouble("nobody accepts the connection");
        }
        return blocks.get(blocks.size() - 1);
    }

    @Override
    public Optional<Block> block(long number, Deadline deadline) throws NodeTrouble {
        questions++;
        if (failsFrom != null && number >= failsFrom) {
            throw new NodeTrouble("it does not answer in time");
        }
        return number < blocks.size() ? Optional.of(blocks.get((int) number)) : Optional.empty();
    }

    @Override
    public OptionalLong peers(Deadline deadline) {
        return peers;
    }
}
