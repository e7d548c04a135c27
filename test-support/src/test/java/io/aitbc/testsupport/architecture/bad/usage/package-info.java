/** Near money, for the rule about floating point. */
@NullMarked
package io.aitbc.testsupport.architecture.bad.usage;

import org.jspecify.annotations.NullMarked;
