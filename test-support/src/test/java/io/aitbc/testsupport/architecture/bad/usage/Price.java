package io.aitbc.testsupport.architecture.bad.usage;

/** Breaks: floating point near money. */
record Price(double amount) {}
