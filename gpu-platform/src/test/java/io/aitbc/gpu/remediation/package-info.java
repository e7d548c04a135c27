/** Tests of remediation. */
@NullMarked
package io.aitbc.gpu.remediation;

import org.jspecify.annotations.NullMarked;
