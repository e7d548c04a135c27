package io.aitbc.coordinator.usage;

/** Why an event is not in the ledger. */
enum RejectionCode {
    /** Not a JSON object, or not JSON at all. */
    MALFORMED,
    /** A field that every event needs is not there. */
    MISSING_FIELD,
    /** A field has the wrong type, is too long, or holds what cannot be stored. */
    BAD_FIELD,
    /** Neither the event nor the request says under which id it shall be known. */
    NO_EVENT_ID,
    UNKNOWN_TENANT,
    TENANT_CLOSED,
    UNKNOWN_RESOURCE,
    /** The event's unit is not the resource type's. */
    UNIT_MISMATCH,
    /** Neither completed nor one of the outcomes that price plans know. */
    UNKNOWN_OUTCOME,
    NEGATIVE_QUANTITY,
    NEGATIVE_PRICE,
    /** More than eight decimals. */
    SCALE_TOO_FINE,
    /** More than twelve digits before the decimal point. */
    OUT_OF_RANGE,
    END_BEFORE_START,
    /** More than five minutes ahead of this service's clock. */
    IN_FUTURE,
    TOO_OLD,
    /** More device time than the period times the devices. */
    QUANTITY_EXCEEDS_WALL_CLOCK,
    /** Not the tenant's currency. */
    CURRENCY_MISMATCH,
    /** total_amount is not quantity times unit_price. */
    AMOUNT_MISMATCH,
    /** It takes back an event that is not in the ledger, or is another tenant's. */
    UNKNOWN_REVERSED_EVENT,
    /** It takes back something else than the whole of the event it names. */
    REVERSAL_MISMATCH,
    ALREADY_REVERSED,
    /** Another event of that id is in the ledger with other content. */
    CONFLICT
}
