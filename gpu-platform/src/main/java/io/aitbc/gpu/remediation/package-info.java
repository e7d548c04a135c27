/** What is done about GPUs in trouble, step by step, and what stops a bad rule from emptying the fleet. */
@NullMarked
package io.aitbc.gpu.remediation;

import org.jspecify.annotations.NullMarked;
