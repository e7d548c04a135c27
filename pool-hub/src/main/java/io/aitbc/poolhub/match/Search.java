package io.aitbc.poolhub.match;

import io.aitbc.poolhub.match.Spot.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One look through the shelves of a {@link FleetIndex} for the miners that fit a job best. */
final class Search {

    /** Scores this close are a tie, in parts of the better one. */
    static final double TIE = 0.01;

    /** Of how many that tie for the last places some are drawn. */
    private static final int DRAWN_FROM = 256;

    /**
     * What came of it; the accepted and all rejected add up to the miners of the fleet.
     *
     * @param accepted how many fit
     * @param rejected how many did not, by the first reason
     */
    record Found(List<Candidate> candidates, int accepted, Map<String, Integer> rejected) {}

    /** A shelf with miners that fit. */
    private static final class Fitting {
        final Shelf shelf;
        /** What of the score all of them have, but for what the price takes away. */
        double constant;
        /** No score of them is higher. */
        double reach;

        Fitting(Shelf shelf, double fit) {
            this.shelf = shelf;
            this.constant = fit;
        }
    }

    private final Scoring scoring;
    private final JobNeeds needs;
    private final Bounds bounds;
    private final Instant now;
    private final RandomGenerator spread;
    private final int[] rejected = new int[Rejection.values().length];
    private final List<Fitting> fitting = new ArrayList<>();
    /** By the numbers of models: whether that is what is asked for. */
    private final boolean[] isModel;
    /** By the numbers of capabilities: the share of those that are wished for; NaN where one that it takes is lacking. */
    private final double[] skill;

    private double perPrice;

    Search(
            Scoring scoring,
            JobNeeds needs,
            List<@Nullable String> models,
            List<@Nullable Set<String>> skills,
            Instant now,
            RandomGenerator spread) {
        this.scoring = scoring;
        this.needs = needs;
        this.isModel = new boolean[models.size()];
        for (int i = 0; i < isModel.length; i++) {
            isModel[i] = Eligibility.isOf(models.get(i), needs.required());
        }
        this.skill = new double[skills.size()];
        for (int i = 0; i < skill.length; i++) {
            Set<String> has = Objects.requireNonNull(skills.get(i));
            skill[i] = Eligibility.lacks(has, needs.required()) ? Double.NaN : Scoring.skill(has, needs);
        }
        this.bounds = new Bounds(needs);
        this.now = now;
        this.spread = spread;
    }

    Found among(List<Shelf> shelves, int[] standing) {
        System.arraycopy(standing, 0, rejected, 0, standing.length);
        Shelf.Survey survey = new Shelf.Survey();
        int accepted = 0;
        for (Shelf shelf : shelves) {
            if (isFor(shelf, survey)) {
                accepted += survey.suiting;
                Kind kind = shelf.kind;
                fitting.add(new Fitting(shelf, scoring.fit(kind.vramGb(), skill[shelf.skills], kind.region(), needs)));
            }
        }
        double cheapest = survey.cheapest;
        double dearest = survey.dearest;
        perPrice = scoring.perPrice(cheapest, dearest);
        double forPrice = dearest > cheapest ? perPrice * dearest : scoring.forCheapest();
        for (Fitting one : fitting) {
            one.constant += forPrice;
            one.reach = one.constant + one.shelf.mostOwn - perPrice * one.shelf.leastPrice;
        }
        List<Candidate> candidates = new ArrayList<>();
        for (Spot spot : accepted == 0 ? List.<Spot>of() : drawn(best(Math.min(needs.wanted(), accepted)))) {
            candidates.add(scoring.candidate(spot.miner, needs, cheapest, dearest, now));
        }
        return new Found(candidates, accepted, reasons());
    }

    /** Whether any of a shelf suit; the others are counted by why they do not. */
    private boolean isFor(Shelf shelf, Shelf.Survey survey) {
        JobNeeds.Requirements required = needs.required();
        Rejection unfit = null;
        if (required.gpuCount() != null && shelf.freeGpus < required.gpuCount()) {
            unfit = Rejection.GPU_COUNT;
        } else if (!isModel[shelf.model]) {
            unfit = Rejection.GPU_NAME;
        } else if (Eligibility.tooLittle(shelf.vramGb, required.minVramGb())) {
            unfit = Rejection.VRAM;
        }
        if (unfit != null) {
            rejected[unfit.ordinal()] += shelf.size;
            return false;
        }
        if (Double.isNaN(skill[shelf.skills])) {
            int shortOfRam = shelf.shortOfRam(bounds);
            rejected[Rejection.RAM.ordinal()] += shortOfRam;
            rejected[Rejection.CAPABILITIES.ordinal()] += shelf.size - shortOfRam;
            return false;
        }
        shelf.survey(bounds, survey);
        rejected[Rejection.RAM.ordinal()] += survey.shortOfRam;
        rejected[Rejection.PRICE.ordinal()] += shelf.size - survey.shortOfRam - survey.suiting;
        return survey.suiting > 0;
    }

    private Map<String, Integer> reasons() {
        Map<String, Integer> reasons = new LinkedHashMap<>();
        for (Rejection reason : Rejection.values()) {
            if (rejected[reason.ordinal()] > 0) {
                reasons.put(reason.label(), rejected[reason.ordinal()]);
            }
        }
        return reasons;
    }

    /** The so many best, best first. */
    private Best best(int wanted) {
        Best best = new Best(wanted);
        for (Fitting one : fitting) {
            if (one.reach <= best.least()) {
                continue;
            }
            double constant = one.constant;
            for (Leaf leaf : one.shelf.leaves) {
                double reach = constant + leaf.mostOwn - perPrice * leaf.prices.least();
                if (reach > best.least()) {
                    boolean all = bounds.suitsAll(leaf);
                    for (int i = 0; i < leaf.size; i++) {
                        double score = constant + leaf.own[i] - perPrice * leaf.price[i];
                        if (score > best.least() && (all || bounds.suits(leaf, i))) {
                            best.offer(leaf.spots[i], score);
                        }
                    }
                }
            }
        }
        return best;
    }

    /**
     * Draws among those whose scores are nearly the same, so that callers at the same moment are not all sent to one miner.
     * From the best down, whoever is within {@link #TIE} of the best of a run belongs to it.
     */
    private List<Spot> drawn(Best best) {
        List<Spot> drawn = new ArrayList<>(best.size());
        int start = 0;
        while (start < best.size()) {
            double top = best.score(start);
            double bottom = top * (1 - TIE);
            int end = start + 1;
            while (end < best.size() && best.score(end) >= bottom) {
                end++;
            }
            List<Spot> run = end < best.size() ? best.between(start, end) : tied(top, bottom);
            for (int i = 0; i < end - start; i++) {
                int other = i + spread.nextInt(run.size() - i);
                drawn.add(run.get(other));
                run.set(other, run.get(i));
            }
            start = end;
        }
        return drawn;
    }

    /** Those of the last run, which may be many more than are wanted: all of them, or enough of them from anywhere. */
    private List<Spot> tied(double top, double bottom) {
        List<Reachable> reachable = new ArrayList<>();
        int miners = 0;
        for (Fitting one : fitting) {
            if (one.reach >= bottom) {
                for (Leaf leaf : one.shelf.leaves) {
                    if (one.constant + leaf.mostOwn - perPrice * leaf.prices.least() >= bottom) {
                        reachable.add(new Reachable(leaf, one.constant));
                        miners += leaf.size;
                    }
                }
            }
        }
        // Each miner is as likely as any other to be the one at which the drawing begins.
        int skip = spread.nextInt(miners);
        int first = 0;
        while (skip >= reachable.get(first).leaf().size) {
            skip -= reachable.get(first++).leaf().size;
        }
        List<Spot> tied = new ArrayList<>();
        for (int r = 0; r < reachable.size() && tied.size() < DRAWN_FROM; r++) {
            Reachable one = reachable.get((first + r) % reachable.size());
            Leaf leaf = one.leaf();
            boolean all = bounds.suitsAll(leaf);
            for (int i = 0; i < leaf.size; i++) {
                double score = one.constant() + leaf.own[i] - perPrice * leaf.price[i];
                if (score >= bottom && score <= top && (all || bounds.suits(leaf, i))) {
                    tied.add(leaf.spots[i]);
                }
            }
        }
        return tied;
    }

    /** A leaf in which there may be some of the last run. */
    private record Reachable(Leaf leaf, double constant) {}

    /** The best that were offered, best first. */
    private static final class Best {

        private final int wanted;
        private final double[] scores;
        private final Spot[] spots;
        private int size;

        Best(int wanted) {
            this.wanted = wanted;
            this.scores = new double[wanted];
            this.spots = new Spot[wanted];
        }

        double least() {
            return size < wanted ? Double.NEGATIVE_INFINITY : scores[size - 1];
        }

        int size() {
            return size;
        }

        double score(int at) {
            return scores[at];
        }

        List<Spot> between(int start, int end) {
            List<Spot> some = new ArrayList<>(end - start);
            for (int i = start; i < end; i++) {
                some.add(spots[i]);
            }
            return some;
        }

        void offer(Spot spot, double score) {
            int at = size < wanted ? size++ : size - 1;
            while (at > 0 && scores[at - 1] < score) {
                scores[at] = scores[at - 1];
                spots[at] = spots[at - 1];
                at--;
            }
            scores[at] = score;
            spots[at] = spot;
        }
    }
}
