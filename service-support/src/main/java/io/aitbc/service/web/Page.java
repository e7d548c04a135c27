package io.aitbc.service.web;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Part of a list.
 *
 * @param items in the list's order
 * @param next the cursor of the next part, null at the end
 */
public record Page<T>(List<T> items, @Nullable String next) {}
