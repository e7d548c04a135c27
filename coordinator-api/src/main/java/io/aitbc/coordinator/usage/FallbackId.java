package io.aitbc.coordinator.usage;

import org.jspecify.annotations.Nullable;

/** Under which id an event is known that brings none itself. */
@FunctionalInterface
interface FallbackId {

    /** The id for the event at this place of the request; null when it has none. */
    @Nullable
    String at(int index);
}
