package io.aitbc.monitoring.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ChainHistoryTest {

    private final ChainHistory history = new ChainHistory();

    private ChainHistory.Step round(FakeChain chain) throws NodeTrouble {
        return round(chain, Duration.ofMinutes(1));
    }

    private ChainHistory.Step round(FakeChain chain, Duration time) throws NodeTrouble {
        Deadline deadline = Deadline.in(time);
        return history.advance(chain.head(deadline), chain, deadline);
    }

    private static List<Long> numbers(ChainHistory.Step step) {
        return step.blocks().stream().map(Block::number).toList();
    }

    @Test
    void everyBlockBetweenTwoRoundsIsSeenOnce() throws NodeTrouble {
        FakeChain chain = new FakeChain(10);
        assertThat(round(chain).blocks()).as("nobody saw these come").isEmpty();
        chain.mine(1, Instant.EPOCH, 0);
        assertThat(numbers(round(chain))).containsExactly(10L);
        assertThat(chain.questions).as("the head is at hand").isZero();
        chain.mine(4, Instant.EPOCH, 0);
        assertThat(numbers(round(chain))).containsExactly(11L, 12L, 13L, 14L);
        assertThat(numbers(round(chain))).isEmpty();
    }

    @Test
    void manyBlocksAreReadInSeveralRounds() throws NodeTrouble {
        FakeChain chain = new FakeChain(1);
        round(chain);
        chain.mine(450, Instant.EPOCH, 0);
        List<Long> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ChainHistory.Step step = round(chain);
            assertThat(step.skipped()).isZero();
            assertThat(step.blocks()).hasSizeLessThanOrEqualTo(201);
            all.addAll(numbers(step));
        }
        assertThat(all).hasSize(450).isSorted().doesNotHaveDuplicates();
        assertThat(round(chain).blocks()).isEmpty();
    }

    @Test
    void ofFarTooManyTheOldestAreLeftOutAndCounted() throws NodeTrouble {
        FakeChain chain = new FakeChain(1);
        round(chain);
        chain.mine(7_000, Instant.EPOCH, 0);
        ChainHistory.Step step = round(chain);
        assertThat(step.skipped()).isEqualTo(2_000);
        assertThat(step.blocks().get(0).number()).isEqualTo(2_001);
        int read = step.blocks().size();
        for (int i = 0; i < 30; i++) {
            read += round(chain).blocks().size();
        }
        assertThat(read).isEqualTo(5_000);
    }

    @Test
    void otherBlocksInPlaceOfThoseSeenAreAReorganisation() throws NodeTrouble {
        FakeChain chain = new FakeChain(10);
        round(chain);
        chain.mine(3, Instant.EPOCH, 0);
        round(chain);
        chain.cutTo(11).mine(4, Instant.EPOCH, 0);
        ChainHistory.Step step = round(chain);
        assertThat(step.isReorg()).isTrue();
        assertThat(numbers(step)).as("the new ones from the fork on").containsExactly(11L, 12L, 13L, 14L);
        assertThat(round(chain).isReorg()).as("once").isFalse();
        chain.cutTo(14).mine(1, Instant.EPOCH, 0);
        step = round(chain);
        assertThat(step.isReorg()).as("at the same height").isTrue();
        assertThat(numbers(step)).containsExactly(14L);
        chain.cutTo(12).mine(1, Instant.EPOCH, 0);
        step = round(chain);
        assertThat(step.isReorg()).as("at a lower height").isTrue();
        assertThat(numbers(step)).containsExactly(12L);
    }

    @Test
    void aNodeThatGoesBackOnTheSameChainIsNoReorganisation() throws NodeTrouble {
        FakeChain chain = new FakeChain(10);
        round(chain);
        chain.mine(2, Instant.EPOCH, 0);
        round(chain);
        List<Block> all = List.copyOf(chain.blocks());
        chain.cutTo(11);
        ChainHistory.Step step = round(chain);
        assertThat(step.isReorg() || step.isReset()).isFalse();
        chain.add(all.get(11)).mine(1, Instant.EPOCH, 0);
        step = round(chain);
        assertThat(step.isReorg()).isFalse();
        assertThat(numbers(step)).as("block 11 was counted before").containsExactly(12L);
    }

    @Test
    void anotherChainIsAReset() throws NodeTrouble {
        round(new FakeChain(10));
        FakeChain other = new FakeChain(0);
        other.add(new Block(0, "other", "none", Instant.EPOCH, 0, null, null));
        ChainHistory.Step step = round(other);
        assertThat(step.isReset()).isTrue();
        assertThat(step.blocks()).isEmpty();
        other.mine(1, Instant.EPOCH, 0);
        assertThat(numbers(round(other))).containsExactly(1L);
    }

    @Test
    void whatWasReadBeforeANodeFailsIsNotLost() throws NodeTrouble {
        FakeChain chain = new FakeChain(1);
        round(chain);
        chain.mine(10, Instant.EPOCH, 0);
        chain.failsFrom = 5L;
        assertThat(numbers(round(chain))).containsExactly(1L, 2L, 3L, 4L);
        assertThatThrownBy(() -> round(chain)).isInstanceOf(NodeTrouble.class);
        chain.failsFrom = null;
        assertThat(numbers(round(chain))).containsExactly(5L, 6L, 7L, 8L, 9L, 10L);
    }

    @Test
    void withoutTimeTheRestIsLeftForTheNextRound() throws NodeTrouble {
        FakeChain chain = new FakeChain(1);
        round(chain);
        chain.mine(10, Instant.EPOCH, 0);
        assertThat(round(chain, Duration.ZERO).blocks()).hasSize(1);
        assertThat(round(chain).blocks()).hasSize(9);
    }

    @Test
    void aNodeThatDoesNotTellParentsIsFollowedAllTheSame() throws NodeTrouble {
        FakeChain chain = new FakeChain(0);
        for (int i = 0; i < 3; i++) {
            chain.add(new Block(i, "h" + i, null, Instant.EPOCH, 0, null, null));
            round(chain);
        }
        chain.cutTo(2).add(new Block(2, "h2'", null, Instant.EPOCH, 0, null, null));
        ChainHistory.Step step = round(chain);
        assertThat(step.isReorg()).isTrue();
        assertThat(numbers(step)).containsExactly(2L);
    }

    /** Whatever a node does, in the end each block of its chain above the first was given out, and the same block never twice. */
    @Property(tries = 200)
    void nothingIsMissedOrDoubled(@ForAll @Size(max = 30) List<@IntRange(min = -6, max = 9) Integer> moves)
            throws NodeTrouble {
        ChainHistory own = new ChainHistory();
        FakeChain chain = new FakeChain(8);
        own.advance(chain.head(Deadline.in(Duration.ofMinutes(1))), chain, Deadline.in(Duration.ofMinutes(1)));
        List<String> given = new ArrayList<>();
        for (int move : moves) {
            if (move < 0) {
                chain.cutTo(Math.max(8, chain.blocks().size() + move));
            } else {
                chain.mine(move, Instant.EPOCH, 0);
            }
            own.advance(chain.head(Deadline.in(Duration.ofMinutes(1))), chain, Deadline.in(Duration.ofMinutes(1)))
                    .blocks()
                    .forEach(block -> given.add(block.hash()));
        }
        assertThat(given).doesNotHaveDuplicates();
        assertThat(given)
                .containsAll(chain.blocks().stream().skip(8).map(Block::hash).toList());
    }
}
