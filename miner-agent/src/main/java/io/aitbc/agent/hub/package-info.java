/** How the agent speaks with a service over HTTP: every answer, and the lack of one, is a value. */
@NullMarked
package io.aitbc.agent.hub;

import org.jspecify.annotations.NullMarked;
