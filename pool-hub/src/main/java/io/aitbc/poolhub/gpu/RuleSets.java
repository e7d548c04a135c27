package io.aitbc.poolhub.gpu;

import io.aitbc.gpu.rules.InvalidRules;
import io.aitbc.gpu.rules.RuleBook;
import io.aitbc.gpu.rules.RuleFile;
import io.aitbc.gpu.rules.RuleSet;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The alert rules in force: the newest that an operator stored, else those that come with the library. */
@Repository
class RuleSets {

    private static final Logger LOG = LoggerFactory.getLogger(RuleSets.class);

    private record Stored(long id, String yaml) {}

    private final JdbcClient jdbc;
    private final RuleBook book;
    private volatile long inForce;

    RuleSets(JdbcClient jdbc, RuleBook book) {
        this.jdbc = jdbc;
        this.book = book;
    }

    RuleBook book() {
        return book;
    }

    /** The text of the rules in force. */
    String text() {
        return newest().map(Stored::yaml).orElseGet(RuleFile::standardText);
    }

    /** Puts in force what another replica may have stored. */
    void refresh() {
        Stored stored = newest().orElse(null);
        long id = stored == null ? 0 : stored.id();
        if (id == inForce) {
            return;
        }
        try {
            book.replace(stored == null ? RuleFile.standardText() : stored.yaml());
        } catch (InvalidRules e) {
            // Stored by a version that knew more than this one.
            LOG.warn("The stored alert rules cannot be read here; those before stay in force: {}", e.getMessage());
        }
        inForce = id;
    }

    /** Stores rules that were found good. */
    RuleSet store(String yaml, String actor, Instant now) throws InvalidRules {
        RuleSet read = RuleFile.read(yaml);
        jdbc.sql("INSERT INTO gpu_rule_sets (yaml, created_at, created_by) VALUES (:yaml, :at, :by)")
                .param("yaml", yaml)
                .param("at", Timestamp.from(now))
                .param("by", actor)
                .update();
        return read;
    }

    private Optional<Stored> newest() {
        return jdbc.sql("SELECT id, yaml FROM gpu_rule_sets ORDER BY id DESC LIMIT 1")
                .query((row, n) -> new Stored(row.getLong(1), row.getString(2)))
                .optional();
    }
}
