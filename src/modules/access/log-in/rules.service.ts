import { Injectable } from '@nestjs/common';
import { Transactions } from '../../../platform/database/transactions.js';
import { AccessChanges, type Actor } from '../access-changes.service.js';
import type { LogInRulesPatch } from './log-in.schema.js';
import { type LogInRules, rulesOf } from './session-rows.js';
import { SessionsService } from './sessions.service.js';

/** How people of a community log in, as it decided. What has begun already ends as it was settled when it began. */
@Injectable()
export class LogInRulesService {
  constructor(
    private readonly transactions: Transactions,
    private readonly changes: AccessChanges,
    private readonly sessions: SessionsService,
  ) {}

  get(communityId: string): Promise<LogInRules> {
    return this.transactions.inCommunity(communityId, (tx) => rulesOf(tx, communityId));
  }

  /** @throws DomainError `not-allowed` where a community that is no demo would be relaxed */
  change(communityId: string, patch: LogInRulesPatch, actor: Actor): Promise<LogInRules> {
    return this.transactions.inCommunity(communityId, async (tx) => {
      const present = await rulesOf(tx, communityId);
      const rules: LogInRules = {
        secondFactor: patch.secondFactor ?? present.secondFactor,
        memberHours: patch.memberHours ?? present.memberHours,
        memberIdleHours: patch.memberIdleHours ?? present.memberIdleHours,
      };
      await tx.query(
        `INSERT INTO log_in_rules (community_id, second_factor, member_hours, member_idle_hours) VALUES ($1, $2, $3, $4)
         ON CONFLICT (community_id) DO UPDATE SET second_factor = $2, member_hours = $3, member_idle_hours = $4`,
        [communityId, rules.secondFactor, rules.memberHours, rules.memberIdleHours],
      );
      tx.afterCommit(() => this.sessions.doubtAll());
      await this.changes.tell(tx, {
        actor,
        ...{ type: 'log-in-rules.changed', subjectKind: 'community', subjectId: communityId, data: { ...patch } },
      });
      return rules;
    });
  }
}
