/** What the agent keeps on disk, whole or not at all, for nobody else to read. */
@NullMarked
package io.aitbc.agent.storage;

import org.jspecify.annotations.NullMarked;
