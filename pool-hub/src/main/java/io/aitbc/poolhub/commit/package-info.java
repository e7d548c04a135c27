/** Many callers' writes become one transaction. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.aitbc.poolhub.commit;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
