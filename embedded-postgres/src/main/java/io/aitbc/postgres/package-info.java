@org.jspecify.annotations.NullMarked
package io.aitbc.postgres;
