/** Tests on what an operator installs: systemd units, scripts, images, backups. */
@NullMarked
package io.aitbc.e2e.deploy;

import org.jspecify.annotations.NullMarked;
