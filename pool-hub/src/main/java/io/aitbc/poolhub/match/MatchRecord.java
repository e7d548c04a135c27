package io.aitbc.poolhub.match;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** One match call as it is kept. */
record MatchRecord(UUID id, JobNeeds needs, List<Candidate> candidates, Map<String, Integer> rejected, Instant at) {}
