package io.aitbc.monitoring.chain;

import com.fasterxml.jackson.databind.JsonNode;

/** Fields that blocks of every dialect have. */
final class Fields {

    private Fields() {}

    static String hash(JsonNode block, String field) throws NodeTrouble {
        String text = block.path(field).asText();
        if (!block.path(field).isTextual() || !text.matches("[\\x21-\\x7e]{1,200}")) {
            throw new NodeTrouble("its " + field + " is no hash");
        }
        return text;
    }
}
