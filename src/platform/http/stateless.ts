import { SetMetadata } from '@nestjs/common';

export const statelessKey = 'commonmeter:stateless';

/**
 * Says that a POST changes nothing and leaves nothing behind: asked again, it is answered anew. An `Idempotency-Key` may come with it
 * and is not kept.
 */
export const Stateless = () => SetMetadata<string, true>(statelessKey, true);

/**
 * Says that no answer is kept under an `Idempotency-Key`: what is asked holds once anyway, its answer holds a secret, and a refusal has
 * to be counted rather than undone.
 */
export const AnsweredAnew = Stateless;
