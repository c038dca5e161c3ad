/* Reclaim between containers, down to a client, and that everybody who waits is served: HostLedger.Reclaim.cs (AskBack),
 * HostLedger.Serving.cs, ContainerLedger.Reclaim.cs (Plan, Ask), ContainerLedger.Trading.cs (AskBack, Draw) and
 * ContainerLedger.Allotment.cs (CallHost) in src/Core/Ledger, and what SubsystemCredit.Asked.cs in src/Core/Session makes
 * of it.
 *
 * One host of CAP units. Container 1 has a must-succeed request of NEED units, again and again. Container 0 has a session
 * of Optional use that takes all it can get, and gives back what it is asked for. Each process below goes on for ever;
 * LOSSES answers in all are lost, and what was done by then stays done. Amounts are absolute at both levels: a container
 * should come down to an allotment, a session to so many leased bytes.
 *
 * Left out: RiskyToFail and its floor share, guarantees, several victims, the deadline and what comes after it (overdraft,
 * loan), limits, restarts (host.pml, lease.pml), messages that overtake each other (host.pml, lease.pml).
 *
 * Checked: I1, that the two containers never believe to have more than CAP; I2 in the victim; I7, that nothing Optional is
 * given where must-succeed waits; that no more is asked back than lacks; and with weak fairness that whoever waits is
 * served, [] (waits -> <> !waits), for which nothing may be forgotten or go round in a circle.
 */
#ifndef CAP
#define CAP 3
#endif
#ifndef NEED
#define NEED 2
#endif
#ifndef LOSSES
#define LOSSES 2
#endif

/* The host: what each container was given, and its order; what each wants; whether and to what container 0 is asked to
 * come down; what it says that it could give up. */
unsigned ha0 : 2; unsigned ho0 : 2; unsigned ha1 : 2; unsigned ho1 : 2; unsigned want1 : 2; bit want0;
bit asked; unsigned keep : 2; unsigned reclaimable : 2;
/* Container 0: allotment, order seen; what the host asks; its session: booked, leased as reported, order, amount told;
 * what is asked of its leases; whether it drew less than it wanted. */
unsigned a0 : 2; unsigned o0 : 2; bit below; unsigned hkeep : 2;
unsigned b : 2; unsigned rl : 2; unsigned ord : 2; unsigned tgt : 2; bit askL; unsigned keepL : 2; bit shorts;
/* Its client: credit, leased, order seen, gate, what is asked of it. */
unsigned cr : 2; unsigned ls : 2; unsigned seen : 2; bit gate; bit demand; unsigned dkeep : 2;
/* Container 1: allotment, order seen, whether its request waits, or holds its bytes. */
unsigned a1 : 2; unsigned o1 : 2; bit waits, holds;
unsigned losses : 2;
hidden byte t; hidden byte u;

#define LOST (losses < LOSSES)
#define FREE (CAP - ha0 - ha1)
#define PENDING (asked && ha0 > keep -> ha0 - keep : 0)
#define MIN(A,B) ((A) < (B) -> (A) : (B))
#define MAX(A,B) ((A) > (B) -> (A) : (B))

inline inv() {
  assert(a0 + a1 <= CAP && ha0 + ha1 <= CAP);   /* I1 */
  assert(b <= a0 && cr + ls <= b) }             /* I2 */

/* HostLedger: Serve, then AskBack. The first waiter gets all that it lacks, or nothing. */
#ifdef HIGHEROVERTAKEN
#define INTURN (true)
#else
#define INTURN (want1 == 0)
#endif
#ifdef EARLYHOSTRECLAIM
#define ASKHOST ha0 = keep
#else
#define ASKHOST asked = 1
#endif
#ifdef NOPENDING
#define COMING 0
#else
#define COMING PENDING
#endif
inline serve() {
  if :: want1 > 0 && FREE >= want1 -> ha1 = ha1 + want1; ho1 = (ho1 + 1) % 4; want1 = 0; printf("  host: container 1 has %d\n", ha1)
     :: else fi;
  if :: want0 && FREE > 0 && INTURN -> assert(want1 == 0); ha0++; ho0 = (ho0 + 1) % 4; want0 = 0; printf("  host: container 0 has %d\n", ha0) /* I7 */
     :: else fi;
  if :: asked && (PENDING == 0 || want1 == 0) -> asked = 0; keep = 0 :: else fi;
  t = (want1 > FREE + COMING -> want1 - FREE - COMING : 0);
  t = MIN(t, MIN(reclaimable, (asked -> keep : ha0)));
  if :: t > 0 ->
        keep = (asked -> keep : ha0) - t; reclaimable = reclaimable - t; ASKHOST;
        printf("  host: container 0 should come down to %d\n", keep);
        assert(PENDING <= want1 - MIN(FREE, want1))
     :: else fi }

/* ContainerLedger.Plan of container 0: idle credit first, then leases. */
inline plan() {
  if :: askL && (rl <= keepL || !below) -> askL = 0; keepL = 0 :: else fi;
  if :: below ->
        u = (askL -> rl - keepL : 0) + b - rl;  /* what is coming */
        t = (b > hkeep + u -> b - hkeep - u : 0);
        t = MIN(t, (askL -> keepL : rl));
        if :: t > 0 -> keepL = (askL -> keepL : rl) - t; askL = 1; printf("  container 0: leases should come down to %d\n", keepL) :: else fi
     :: else fi }

/* ContainerLedger.Exchange: TakeBack, AskBack, Draw. The client wants more when it has no credit and nothing is asked of its
 * leases: SubsystemCredit.Want. */
#ifdef DRAWWHILEASKED
#define MAYDRAW (true)
#else
#define MAYDRAW (!below)
#endif
inline exchange() {
  if :: seen == ord ->
        b = MIN(b, cr + ls); rl = ls; tgt = b;
        plan();
        t = (below -> rl : b); u = (t != tgt); tgt = t;
        if :: MAYDRAW && cr == 0 && !demand && a0 > b -> b++; tgt = b; u = 1; printf("  container 0 gives its session 1\n")
           :: MAYDRAW && cr == 0 && !demand && a0 == b -> shorts = 1
           :: else fi;
        if :: u -> ord = (ord + 1) % 4 :: else fi
     :: else fi;
  plan();
  printf("  container 0: order %d: %d\n", ord, tgt) }
/* SessionCore.Acted. */
inline acted() {
  gate = below; demand = askL; dkeep = keepL;
  if :: ord != seen -> seen = ord; cr = (tgt > ls -> tgt - ls : 0) :: else fi }
#ifdef NOGATE
#define GATE (false)
#else
#define GATE gate
#endif

/* ContainerLedger.CallHost of container 0, on each tick. */
#ifdef EARLYRECLAIM
#define OWED (below && a0 > hkeep -> a0 - hkeep : 0)
#else
#define OWED (below && a0 > MAX(b, hkeep) -> a0 - MAX(b, hkeep) : 0)
#endif
inline callHost0() {
  t = OWED; a0 = a0 - t;
  printf("container 0 calls: keeps %d\n", a0);
  if :: o0 == ho0 -> ha0 = MIN(ha0, a0); want0 = shorts; reclaimable = (asked && ha0 > keep -> keep : ha0) :: else fi;
  shorts = 0;
  serve() }
inline heard0() { below = asked; hkeep = keep; plan() }
#ifdef ONLYPUSH
#define HEARD0
#else
#define HEARD0 heard0();
#endif
inline ordered0() { if :: o0 != ho0 -> o0 = ho0; a0 = ha0 :: else fi; HEARD0 }

/* Container 1: its request waits, is served, and gives back. */
inline callHost1() {
  if :: !holds && !waits -> a1 = 0 :: else fi;
  printf("container 1 calls: keeps %d, waits %d\n", a1, waits);
  if :: o1 == ho1 -> ha1 = MIN(ha1, a1); want1 = (waits && a1 < NEED -> NEED - a1 : 0) :: else fi;
  serve() }
#ifdef FREEDFORGOTTEN
#define PUMPS (false)
#else
#define PUMPS (true)
#endif
inline ordered1() {
  if :: o1 != ho1 -> o1 = ho1; a1 = ha1 :: else fi;
  if :: PUMPS && waits && a1 >= NEED -> waits = 0; holds = 1; printf("  served\n") :: else fi }

active proctype Client() {
  do
  :: d_step { true -> printf("client: holds %d credit and %d leased\n", cr, ls); exchange(); acted(); inv() }
  :: d_step { LOST -> losses++; printf("client: holds %d credit and %d leased; the answer is lost\n", cr, ls); exchange(); inv() }
  od }
/* The application leases what it can; its handler gives back what is asked. */
active proctype Application() {
  do
  :: d_step { cr > 0 && !GATE && !demand -> assert(!gate); cr--; ls++; printf("the application leases\n"); inv() }
  :: d_step { demand && ls > dkeep -> ls--; cr++; printf("the application gives back\n"); inv() }
  od }
active proctype Container0() {
  do
  :: d_step { true -> callHost0(); ordered0(); inv() }
  :: d_step { LOST -> losses++; callHost0(); printf("  the answer is lost\n"); inv() }
  od }
active proctype Container1() {
  do
  :: d_step { true -> callHost1(); ordered1(); inv() }
  :: d_step { LOST -> losses++; callHost1(); printf("  the answer is lost\n"); inv() }
  od }
active proctype Request() {
  do
  :: d_step { !waits && !holds && a1 == 0 -> waits = 1; printf("a must-succeed request waits\n") }
  :: d_step { holds -> holds = 0; printf("it gives back\n") }
  od }
/* The host pushes what it asks container 0 for; that may be lost. */
bit pushed;
active proctype Push() {
  do
  :: d_step { below != asked && !pushed -> pushed = 1; heard0(); printf("container 0 hears of it\n"); inv() }
  :: d_step { below != asked && !pushed && LOST -> losses++; pushed = 1; printf("the push is lost\n") }
  :: d_step { below == asked && pushed -> pushed = 0 }
  od }

#ifdef LIVE
ltl served { [] (waits -> <> !waits) }
#endif
