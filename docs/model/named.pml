/* Leases granted one by one: first attempts (ContainerLedger.AtOnce.cs), careful requests (ContainerLedger.Requests.cs),
 * what is remembered of them (RequestLog.cs), in src/Core/Ledger; and of the client SessionCore.Leases.cs in
 * src/Core/Session and FirstAttempts.cs, LeaseRequests.cs in src/Client: giving up, giving back by id, folding.
 *
 * One client with two callers, each of which tries, asks carefully when there was no answer, may give up at any time, and
 * gives back what it got; one authority. The client's session can lapse once: then what it holds is folded into what it
 * brings along, and what had an id has none any more. The network is a bag of two messages: any order, delay, loss,
 * MAXDUP duplicates; what the protocol remembers for 30 s is remembered here for longer than a message lives.
 *
 * Left out: waiting and the ladder, the order of admission (stories, simulation), credit (lease.pml), leases without a
 * session, other content under the same id.
 *
 * Checked: I2, that the client never holds more than the authority has charged; I6, that no request is charged twice; and
 * when the last fault is over and all was given back or given up: I4, nothing is charged.
 */
#ifndef CAP
#define CAP 2
#endif
#ifndef MAXDUP
#define MAXDUP 1
#endif
#ifndef MAXLAPSE
#define MAXLAPSE 1
#endif

/* TRY, REQ: request q of session s; OK: its grant, NO: refused, gone, or to register again. EXCH: drawn d, ids given back
 * b and requests given up g (a bit for each caller); ACK: the same b and g. OPEN, OPENED: session s, holdings d. Of TRY and
 * EXCH, n says up to which number first attempts are over; of OK and NO, d that it is the answer to a first attempt. */
#define TRY 1
#define REQ 2
#define EXCH 3
#define OPEN 4
#define OK 5
#define NO 6
#define ACK 7
#define OPENED 8
typedef Msg { unsigned t : 4; unsigned s : 2; unsigned q : 1; unsigned d : 2; unsigned b : 2; unsigned g : 2; unsigned n : 2 }
Msg net[2]; Msg r;

/* A caller: 0 did not ask yet, tries, asks, holds a lease with an id, holds a folded one, is done. */
#define IDLE 0
#define TRIES 1
#define ASKS 2
#define HOLDS 3
#define FOLDED 4
#define OVER 5
typedef Caller { unsigned st : 3; unsigned s : 2 }
Caller C[2];
bit open; unsigned ses : 2; unsigned back : 2; unsigned given : 2; unsigned oh : 2;
/* The authority: its session, drawn bytes, leases (how many of each request: more than one is a fault), answers remembered
 * (1: granted, 2: and ended), whether a careful request of it came; given up in this session; first attempts over. */
unsigned as : 2; unsigned drawn : 2; unsigned L0 : 2; unsigned L1 : 2; unsigned an0 : 2; unsigned an1 : 2;
unsigned careful : 2; unsigned gone : 2; unsigned asettled : 2;
unsigned dups : 1; unsigned lapses : 1; bit quiet, done;
hidden byte tmp; hidden byte x;

#define KEY(S) (net[S].t*4096 + net[S].s*1024 + net[S].q*512 + net[S].d*128 + net[S].b*32 + net[S].g*8 + net[S].n)
inline clr(S) { net[S].t = 0; net[S].s = 0; net[S].q = 0; net[S].d = 0; net[S].b = 0; net[S].g = 0; net[S].n = 0 }
#define SWAP(F) tmp = net[0].F; net[0].F = net[1].F; net[1].F = tmp;
inline canon() { if :: KEY(0) < KEY(1) -> SWAP(t) SWAP(s) SWAP(q) SWAP(d) SWAP(b) SWAP(g) SWAP(n) tmp = 0 :: else fi }
inline put(X,T,S,Q,D,B,G,NN) { net[X].t = T; net[X].s = S; net[X].q = Q; net[X].d = D; net[X].b = B; net[X].g = G; net[X].n = NN; canon() }
inline send(T,S,Q,D,B,G,NN) {                   /* a full bag loses the message */
  if :: net[1].t == 0 -> put(1,T,S,Q,D,B,G,NN)
     :: net[1].t != 0 && net[0].t == 0 -> put(0,T,S,Q,D,B,G,NN)
     :: else -> printf("  (lost)\n") fi }
inline take(X,KEEP) {
  r.t = net[X].t; r.s = net[X].s; r.q = net[X].q; r.d = net[X].d; r.b = net[X].b; r.g = net[X].g; r.n = net[X].n;
  if :: KEEP -> dups++; printf("(a duplicate stays)\n") :: else -> clr(X); canon() fi }
inline endr() { r.t = 0; r.s = 0; r.q = 0; r.d = 0; r.b = 0; r.g = 0; r.n = 0 }
#define BIT(Q) (1 << (Q))
#define HELD(Q) (C[Q].st == HOLDS || C[Q].st == FOLDED -> 1 : 0)
#define FOLDS(Q) (C[Q].st == FOLDED -> 1 : 0)
#define LEASES(Q) ((Q) == 0 -> L0 : L1)
#define ANSWER(Q) ((Q) == 0 -> an0 : an1)
inline setL(Q,N) { if :: (Q) == 0 -> L0 = N :: else -> L1 = N fi }
inline setA(Q,N) { if :: (Q) == 0 -> an0 = N :: else -> an1 = N fi }
#define CHARGED (drawn + L0 + L1)
inline inv() {
  assert(HELD(0) + HELD(1) <= CHARGED || !open);        /* I2 */
  assert(CHARGED <= CAP);
  assert(L0 <= 1 && L1 <= 1) }                          /* I6 */

/* ContainerLedger.End of a lease: what is remembered of its request. */
#ifdef FORGETEARLY
#define REMEMBERED(Q) 0
#else
#define REMEMBERED(Q) ((careful & BIT(Q)) || (Q) >= asettled -> 2 : 0)
#endif
inline endLease(Q) {
  if :: LEASES(Q) > 0 -> x = LEASES(Q) - 1; setL(Q, x); x = REMEMBERED(Q); setA(Q, x); printf("  the lease of %d ends\n", Q)
     :: else fi }

/* ContainerLedger.TryAcquire and Request. */
#ifdef NOREQID
#define KNOWN(Q) (false)
#else
#define KNOWN(Q) (ANSWER(Q) > 0)
#endif
#ifdef GIVENUPGRANTED
#define GIVENUP(Q) (false)
#else
#define GIVENUP(Q) (gone & BIT(Q))
#endif
#ifdef NOSETTLED
#define SETTLED(Q) (false)
#else
#define SETTLED(Q) (r.t == TRY && (Q) < asettled)
#endif
#define ISTRY (r.t == TRY -> 1 : 0)
inline srvAsk() {
  printf("  authority gets %d of caller %d, session %d\n", r.t, r.q, r.s);
  if :: r.s != as -> send(NO, r.s, r.q, ISTRY, 0, 0, 0); printf("  register again\n")
     :: else ->
        if :: r.t == TRY && r.n > asettled -> asettled = r.n :: else fi;
        if :: r.t == REQ && ANSWER(r.q) > 0 -> careful = careful | BIT(r.q) :: else fi;
        if :: KNOWN(r.q) -> send(OK, r.s, r.q, ISTRY, 0, 0, 0); printf("  the first answer again\n")
           :: !KNOWN(r.q) && (SETTLED(r.q) || GIVENUP(r.q) || CHARGED >= CAP) -> send(NO, r.s, r.q, ISTRY, 0, 0, 0); printf("  no\n")
           :: else ->
              x = LEASES(r.q) + 1; setL(r.q, x); setA(r.q, 1);
              if :: r.t == REQ -> careful = careful | BIT(r.q) :: else fi;
              send(OK, r.s, r.q, ISTRY, 0, 0, 0); printf("  granted\n")
        fi
  fi }
/* ContainerLedger.Exchange: what was drawn only falls here. */
inline srvExch() {
  printf("  authority gets exchange of session %d: holds %d, gives back %d, gives up %d\n", r.s, r.d, r.b, r.g);
  if :: r.s == as ->
        if :: r.n > asettled -> asettled = r.n :: else fi;
        if :: r.b & 1 -> endLease(0) :: else fi;
        if :: r.b & 2 -> endLease(1) :: else fi;
        gone = gone | r.g;
        if :: r.g & 1 -> endLease(0); an0 = 0 :: else fi;
        if :: r.g & 2 -> endLease(1); an1 = 0 :: else fi;
        drawn = (r.d < drawn -> r.d : drawn);
        send(ACK, r.s, 0, 0, r.b, r.g, 0)
     :: else fi }
/* ContainerLedger.Open of a session that replaces the one before. */
#ifdef KEEPNAMED
#define ENDNAMED
#else
#define ENDNAMED L0 = 0; L1 = 0; an0 = 0; an1 = 0; careful = 0;
#endif
inline srvOpen() {
  printf("  authority gets opening of session %d, holding %d\n", r.s, r.d);
  if :: r.s > as -> assert(r.d <= CHARGED); as = r.s; drawn = r.d; ENDNAMED gone = 0; asettled = 0 :: else fi;
  if :: r.s == as -> send(OPENED, r.s, 0, 0, 0, 0, 0) :: else fi }

#ifdef ACCEPTOLD
#define ITSOPENING(Q) (open)
#else
#define ITSOPENING(Q) (open && C[Q].s == ses)
#endif
/* FirstAttempts: the answer of one that was given up as lost is dropped. */
#ifdef LATETRY
#define AWAITED ((C[r.q].st == TRIES || C[r.q].st == ASKS) && C[r.q].s == r.s)
#else
#define AWAITED ((C[r.q].st == TRIES && r.d == 1 || C[r.q].st == ASKS && r.d == 0) && C[r.q].s == r.s)
#endif
inline cliRecv() {
  printf("client gets %d: session %d, caller %d\n", r.t, r.s, r.q);
  if :: r.t == OK && AWAITED ->
        if :: ITSOPENING(r.q) -> C[r.q].st = HOLDS :: else -> C[r.q].st = OVER fi; printf("caller %d: %d\n", r.q, C[r.q].st)
     :: r.t == NO && AWAITED -> C[r.q].st = OVER; given = given | (open && r.s == ses -> BIT(r.q) : 0)
     :: r.t == ACK && open && r.s == ses -> back = back & (3 - r.b); given = given & (3 - r.g)
     :: r.t == OPENED && !open && r.s == ses -> open = 1
     :: else fi }

#define FOLDEDNOW (FOLDS(0) + FOLDS(1))
/* First attempts up to here are over: none below the oldest under way is sent any more. */
#define NOWSETTLED (C[0].st == IDLE || C[0].st == TRIES -> 0 : (C[1].st == IDLE || C[1].st == TRIES -> 1 : 2))
inline sendExch() {
  printf("client sends exchange: holds %d, gives back %d, gives up %d\n", FOLDEDNOW, back, given);
  x = FOLDEDNOW; send(EXCH, ses, 0, x, back, given, NOWSETTLED) }
#ifdef NOFOLD
#define BROUGHT FOLDEDNOW
#else
#define BROUGHT (HELD(0) + HELD(1))
#endif
#ifdef ACCEPTOLD
#define FORGETASK(Q) skip
#else
#define FORGETASK(Q) C[Q].st = OVER
#endif
inline foldCaller(Q) {
  if :: C[Q].st == HOLDS -> C[Q].st = FOLDED :: C[Q].st == TRIES || C[Q].st == ASKS -> FORGETASK(Q) :: else fi }
inline lapse() {
  lapses++; oh = BROUGHT; foldCaller(0); foldCaller(1); back = 0; given = 0; ses++; open = 0;
  printf("client lapses, and opens session %d, holding %d\n", ses, oh);
  send(OPEN, ses, 0, oh, 0, 0, 0) }
inline giveUp(Q) { C[Q].st = OVER; given = given | (open && C[Q].s == ses -> BIT(Q) : 0); printf("caller %d gives up\n", Q) }
inline giveBack(Q) { if :: C[Q].st == HOLDS -> back = back | BIT(Q) :: else fi; C[Q].st = OVER; printf("caller %d gives back\n", Q) }

#define CALLER(Q) \
  :: d_step { !quiet && C[Q].st == IDLE && open && ((Q) == 0 || C[0].st > IDLE) -> C[Q].st = TRIES; C[Q].s = ses; x = NOWSETTLED; printf("caller %d tries\n", Q); send(TRY, ses, Q, 0, 0, 0, x) } \
  :: d_step { !quiet && C[Q].st == TRIES -> C[Q].st = ASKS; printf("caller %d had no answer, and asks\n", Q); send(REQ, C[Q].s, Q, 0, 0, 0, 0) } \
  :: d_step { !quiet && C[Q].st == ASKS -> printf("caller %d asks again\n", Q); send(REQ, C[Q].s, Q, 0, 0, 0, 0) } \
  :: d_step { C[Q].st == TRIES || C[Q].st == ASKS -> giveUp(Q) } \
  :: d_step { C[Q].st == HOLDS || C[Q].st == FOLDED -> giveBack(Q) }
#define TOCLIENT(X) (net[X].t >= OK)
#define TAKE(X,KEEP) \
  :: d_step { TOCLIENT(X) && (!KEEP || !quiet && dups < MAXDUP) -> take(X, KEEP); cliRecv(); endr(); inv() } \
  :: d_step { (net[X].t == TRY || net[X].t == REQ) && (!KEEP || !quiet && dups < MAXDUP) -> take(X, KEEP); srvAsk(); endr(); inv() } \
  :: d_step { net[X].t == EXCH && (!KEEP || !quiet && dups < MAXDUP) -> take(X, KEEP); srvExch(); endr(); inv() } \
  :: d_step { net[X].t == OPEN && (!KEEP || !quiet && dups < MAXDUP) -> take(X, KEEP); srvOpen(); endr(); inv() }
#define SLOT(X) \
  :: d_step { net[X].t != 0 && !quiet -> printf("lost: %d\n", net[X].t); clr(X); canon() } \
  TAKE(X,false) TAKE(X,true)

active proctype Model() {
  d_step { open = 1; ses = 1; as = 1 }
  do
  CALLER(0) CALLER(1) SLOT(0) SLOT(1)
  :: d_step { !quiet && open -> sendExch() }
  :: d_step { !quiet && !open -> printf("client opens again\n"); send(OPEN, ses, 0, oh, 0, 0, 0) }
  :: d_step { !quiet && open && lapses < MAXLAPSE -> lapse() }
  :: d_step { !quiet -> quiet = 1; C[0].st = (C[0].st == IDLE -> OVER : C[0].st); C[1].st = (C[1].st == IDLE -> OVER : C[1].st); printf("no more faults\n") }
  :: d_step { quiet && !done && net[0].t == 0 && C[0].st == OVER && C[1].st == OVER ->
       if :: !open -> send(OPEN, ses, 0, oh, 0, 0, 0)
          :: open && (back != 0 || given != 0 || drawn > 0) -> sendExch()
          :: else -> done = 1; assert(CHARGED == 0) fi }        /* I4 */
  :: done -> break
  od
}

#ifdef LIVE
ltl ends { [] (quiet -> <> done) }              /* whatever happened before, it comes to an end */
#endif
