/** Classes that break each rule on purpose: a rule that does not report them cannot report anything. */
@NullMarked
package io.aitbc.testsupport.architecture.bad;

import org.jspecify.annotations.NullMarked;
