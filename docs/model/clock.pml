/* Time: the figures that make true what the other models assume, that a holder has lapsed when its authority ends it, and
 * that learning outlasts the older authority and all that it renewed. Mirrors the times in ContainerLedger (constructor,
 * Renew, Grace) and SessionCore.Messages.cs (Renew, LapseAfter) of src/Core, and in src/Grains/Budgets DurableTable
 * (ConfirmedUntil), HostBudgetGrain (AuthorityLeft) and ContainerBudgetGrain (OnActivateAsync).
 *
 * Discrete time: TTL and authority lease are ten ticks each, so a tenth of them is one. One store, whose reads and writes
 * may take up to DELAY ticks before they take effect and as long again until they are answered. An older host's activation
 * with its container confirms itself by reads of the ETag; a newer one takes over by one write, and its container learns.
 * At the start both are fresh and the write was just sent. One client renews its session with the older container; messages may take as long as they like. The client's clock may
 * lose a tick in ten, and that of the newer container may gain one in ten.
 *
 * Left out: everything else. The older container is told of each confirmation at once, which is the worst case.
 *
 * Checked: when the older authority ends the session, its holder has lapsed; when learning ends, the older authority may
 * not grant any more, and its holder has lapsed.
 */
#ifndef DELAY
#define DELAY 4
#endif
#define TTL 10
#define LEASE 10
#define TENTH(X) ((X) / 10)
#ifdef NOMARGINS
#define HOLDS TTL
#define KEEPS TTL
#else
#define HOLDS (TTL - TENTH(TTL))        /* by the holder, from when it sent */
#define KEEPS (TTL + TENTH(TTL))        /* by the authority, from when it arrived */
#endif

#define NO 0
#define SENT 1
#define DONE 2          /* it took effect; the answer is under way */
#define ANSWERED 3
unsigned conf : 4;      /* ticks that the older authority may still grant */
unsigned rd : 2; unsigned rdAge : 4;    /* a read of the ETag, and since when */
unsigned wr : 2; unsigned wrAge : 4;    /* the write of the newer activation */
unsigned re : 2; unsigned reAge : 4;    /* a renewal; its age by the client's clock */
unsigned life : 4;      /* ticks that the client still holds its session for open, by its own clock */
unsigned ends : 4;      /* ticks until the older authority ends the session */
unsigned learn : 5; bit learning; bit lost; unsigned gained : 2; unsigned since : 4;
#define MINUS(X,Y) ((X) > (Y) -> (X) - (Y) : 0)
#define DOWN(X) if :: X > 0 -> X-- :: else fi
#define MAXAGE (2 * DELAY)

/* DurableTable.ConfirmedUntil: counted from when the store was asked. */
#ifdef CONFFROMANSWER
#define CONFIRMED LEASE
#else
#define CONFIRMED MINUS(LEASE, rdAge)
#endif
/* The newer host's own right to grant, when it answers the joining container. */
#define LEFTNOW MINUS(LEASE, wrAge)
/* ContainerLedger's constructor. */
#ifdef LEFTONLY
#define LONGEST (LEFTNOW + TTL)
#else
#ifdef NOAUTHLEASE
#define LONGEST TTL
#else
#define LONGEST (LEASE + TTL)
#endif
#endif
/* SessionCore.LapseAfter. */
#ifdef TTLFROMANSWER
#define RENEWED HOLDS
#else
#define RENEWED MINUS(HOLDS, reAge)
#endif

inline check() {
  assert(ends > 0 || life == 0);
  assert(!(learning && learn == 0) || conf == 0 && life == 0) }
inline clientTick() { DOWN(life); if :: re != NO && reAge < 15 -> reAge++ :: else fi }
inline tick(LOSES, GAINS) {
  DOWN(conf); DOWN(ends); DOWN(learn);
  if :: rd != NO -> rdAge++ :: else fi;
  if :: (wr == SENT || wr == DONE) -> wrAge++ :: else fi;
  if :: LOSES -> lost = 1; since = 0 :: else -> clientTick(); if :: lost -> since++ :: else fi; if :: since == 9 -> lost = 0; since = 0 :: else fi fi;
  if :: GAINS -> gained++; DOWN(learn) :: else fi;
  printf("tick: authority %d, client %d, session ends in %d, learning %d\n", conf, life, ends, learn);
  check() }
#define CANTICK ((rd == NO || rdAge < MAXAGE) && (rd != SENT || rdAge < DELAY) && (wr != SENT || wrAge < DELAY) && (wr != DONE || wrAge < MAXAGE))

active proctype Model() {
  d_step { conf = LEASE; life = HOLDS; ends = KEEPS; wr = SENT }
  do
  :: d_step { CANTICK -> tick(0, 0) }
  :: d_step { CANTICK && !lost && life > 0 -> tick(1, 0) }
  :: d_step { CANTICK && learning && gained < 2 -> tick(0, 1) }
  /* the older host confirms itself */
  :: d_step { rd == NO -> rd = SENT; rdAge = 0; printf("older host asks the store\n") }
  :: d_step { rd == SENT -> if :: wr >= DONE -> rd = NO; rdAge = 0; printf("older host finds itself replaced\n") :: else -> rd = DONE; printf("the store answers the older host\n") fi }
  :: d_step { rd == DONE -> conf = (CONFIRMED > conf -> CONFIRMED : conf); rd = NO; rdAge = 0; printf("older host is confirmed for %d\n", conf) }
  :: d_step { rd != NO -> rd = NO; rdAge = 0; printf("older host gets no answer\n") }
  /* the newer one takes over */
  :: d_step { wr == SENT -> wr = DONE; printf("its write takes effect\n") }
  :: d_step { wr == DONE -> wr = ANSWERED; learning = 1; learn = LONGEST + TENTH(LONGEST); wrAge = 0; printf("newer container learns for %d\n", learn) }
  /* the client renews, as long as it has not lapsed */
  :: d_step { re == NO && life > 0 -> re = SENT; reAge = 0; printf("client sends renewal\n") }
  :: d_step { re == SENT && conf > 0 && ends > 0 -> re = DONE; ends = KEEPS; printf("older authority renews the session\n") }
  :: d_step { re == DONE -> if :: life > 0 -> life = (RENEWED > life -> RENEWED : life) :: else fi; re = NO; reAge = 0; printf("client hears of it, holds for %d\n", life); check() }
  :: d_step { re != NO -> re = NO; reAge = 0; printf("client gives that renewal up\n") }
  :: learning && learn == 0 -> break
  od
}
