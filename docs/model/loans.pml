/* What a host lends to others: ReserveLedger in src/Core/Lending (booked, marked, made, told) and HostLedger.Lending.cs
 * in src/Core/Ledger (the mark), with the shells around them as far as they order things: one mark message under way at a
 * time, its answer dropped after a time-out (Lender), the table written before what it says is told (DurableTable).
 *
 * One lending process that can be killed and started again under a new epoch; the host's budget, whose activation can be
 * killed and start again from the table, or go on beside a newer one; asks of one unit, which come, are cancelled and lapse
 * at any time; the containers of the host, which take whatever is not lent. Marks and their answers go through a bag of two
 * messages: any order, delay, loss, MAXDUP duplicates.
 *
 * Left out: who asks, under which id, and renews (the simulation); the choice of a lender and replicas; steps of the mark
 * larger than one unit; untracked use; changes of pledge and capacity.
 *
 * Checked: I1, that what containers have and what is really allocated for loans never exceed the capacity, and that the
 * table never says less than what is allocated; the lender's own audit, that the mark as it knows it covers its memory
 * (without duplicates: a copy lets an older activation of the host answer with less than the table says, which lasts until
 * the next answer and puts no byte at risk); and when the last fault is over and all loans have ended: I4, nothing is lent.
 */
#ifndef CAP
#define CAP 2           /* units of the host, 3 at most */
#endif
#ifndef PLEDGE
#define PLEDGE 2
#endif
#ifndef MAXNUM
#define MAXNUM 4        /* mark messages of one process before the last fault; 4 at most */
#endif
#ifndef MAXDUP
#define MAXDUP 1
#endif
#ifndef MAXKILL
#define MAXKILL 1       /* of the lending process; 2 at most */
#endif
#ifndef MAXRESTART
#define MAXRESTART 1    /* of the host's budget */
#endif

/* Of MARK: e is the process, p the one that it replaces (0: not said), b what it wants the mark to be, l the least, u what
 * is allocated. Of MARKED: u is 1 for granted, e the process that lends, b the mark, l what could be lent beyond. */
#define MARK   1
#define MARKED 2
typedef Msg { unsigned t : 2; unsigned e : 2; unsigned n : 3; unsigned p : 2; unsigned b : 2; unsigned l : 2; unsigned u : 2 }
typedef Host { unsigned up : 1; unsigned fresh : 1; unsigned e : 2; unsigned n : 3; unsigned lent : 2; unsigned al : 2 }

Msg net[2]; Msg r;
Host H[2]; Host D;      /* two activations, and the table */
/* Loans of the process: booked; booked and asked for by the last message; counted by the mark, memory under way; of those,
 * ended meanwhile; lent. */
unsigned bk : 2; unsigned ba : 2; unsigned ct : 2; unsigned co : 2; unsigned lt : 2;
/* The process: its epoch, what it knows of the one before, its last message, the mark and what lies beyond. */
unsigned le : 2; unsigned prev : 2; unsigned ln : 3; unsigned mark : 2; unsigned beyond : 2;
bit joined, fenced, underway;
unsigned use : 2;       /* what containers were told that they have */
unsigned dups : 1; unsigned kills : 2; unsigned restarts : 2; bit quiet, told, heard, done;
hidden byte tmp; hidden byte num; hidden byte before; hidden byte rest; hidden byte skipped; hidden byte writes;

#define KEY(S) (net[S].t*8192 + net[S].e*2048 + net[S].n*256 + net[S].p*64 + net[S].b*16 + net[S].l*4 + net[S].u)
inline clr(S) { net[S].t = 0; net[S].e = 0; net[S].n = 0; net[S].p = 0; net[S].b = 0; net[S].l = 0; net[S].u = 0 }
#define SWAP(F) tmp = net[0].F; net[0].F = net[1].F; net[1].F = tmp;
inline canon() { if :: KEY(0) < KEY(1) -> SWAP(t) SWAP(e) SWAP(n) SWAP(p) SWAP(b) SWAP(l) SWAP(u) tmp = 0 :: else fi }
inline put(X,T,E,N,P,BB,LL,U) { net[X].t = T; net[X].e = E; net[X].n = N; net[X].p = P; net[X].b = BB; net[X].l = LL; net[X].u = U; canon() }
inline send(T,E,N,P,BB,LL,U) {                  /* a full bag loses the message */
  if :: net[1].t == 0 -> put(1,T,E,N,P,BB,LL,U)
     :: net[1].t != 0 && net[0].t == 0 -> put(0,T,E,N,P,BB,LL,U)
     :: else -> printf("  (lost)\n") fi }
inline take(X,KEEP) {
  r.t = net[X].t; r.e = net[X].e; r.n = net[X].n; r.p = net[X].p; r.b = net[X].b; r.l = net[X].l; r.u = net[X].u;
  if :: KEEP -> dups++; printf("(a duplicate stays)\n") :: else -> clr(X); canon() fi }
inline endr() { r.t = 0; r.e = 0; r.n = 0; r.p = 0; r.b = 0; r.l = 0; r.u = 0 }

#define COUNTED (ct + co + lt)
#define ALLOCATED COUNTED                       /* at worst: as soon as its making begins */
#ifdef MADEFORGOTTEN
#define BOOKS (bk + ba + ct + lt)
#define INBOOKS (ct + lt)
#else
#define BOOKS (bk + ba + COUNTED)
#define INBOOKS COUNTED
#endif
#define MIN(A,B) ((A) < (B) -> (A) : (B))
#define MAX(A,B) ((A) > (B) -> (A) : (B))
#define LENDABLE(K) MIN(PLEDGE - H[K].lent, CAP - H[K].al - H[K].lent)  /* HostLedger.LendableBytes */

inline inv() {
  assert(use + ALLOCATED <= CAP);               /* I1 */
  assert(fenced || !joined || D.e != le || D.lent >= ALLOCATED);
  assert(MAXDUP > 0 || fenced || mark >= ALLOCATED) }   /* Lender.Audit; see below */

/* DurableTable: compare-and-swap. An activation that lost it is over. */
inline endHost(K) { H[K].up = 0; H[K].fresh = 0; H[K].e = 0; H[K].n = 0; H[K].lent = 0; H[K].al = 0 }
inline startHost(K) { H[K].up = 1; H[K].fresh = 1; H[K].e = D.e; H[K].n = D.n; H[K].lent = D.lent; H[K].al = D.al }
#ifdef NOCAS
#define MAYWRITE(K) (true)
#else
#define MAYWRITE(K) (H[K].fresh)
#endif
inline write(K) {
  if :: MAYWRITE(K) ->
        D.e = H[K].e; D.n = H[K].n; D.lent = H[K].lent; D.al = H[K].al; H[1 - K].fresh = 0;
        printf("  table: process %d, number %d, lent %d, allotted %d\n", D.e, D.n, D.lent, D.al)
     :: else -> printf("  activation %d finds itself replaced\n", K); endHost(K) fi }

/* HostLedger.Lend. */
#ifdef ANYLENDER
#define REPLACES(K) (true)
#else
#define REPLACES(K) (r.p == H[K].e && r.p != 0)
#endif
#ifdef LATEMARK
#define NEWER(K) (true)
#else
#define NEWER(K) (r.n > H[K].n)
#endif
#ifdef GAPUNWRITTEN
#define CHANGED(K) (H[K].lent != before)
#else
#define CHANGED(K) (H[K].lent != before || skipped)
#endif
#define SAY(K) printf("  the mark is %d\n", H[K].lent); rest = LENDABLE(K); send(MARKED, H[K].e, r.n, 0, H[K].lent, rest, 1)
inline srvMark(K) {
  printf("  activation %d gets mark %d of process %d replacing %d: wants %d, at least %d, uses %d\n", K, r.n, r.e, r.p, r.b, r.l, r.u);
  writes = 0;
  if :: r.e != H[K].e && !REPLACES(K) -> send(MARKED, H[K].e, r.n, 0, H[K].lent, 0, 0); printf("  fenced: %d lends\n", H[K].e)
     :: else ->
        if :: r.e != H[K].e -> H[K].e = r.e; H[K].n = 0; H[K].lent = MIN(H[K].lent, r.u); writes = 1 :: else fi;
        if :: NEWER(K) ->
              skipped = (r.n > H[K].n + 1); before = H[K].lent;
              H[K].n = r.n; H[K].lent = MIN(H[K].lent, r.b);
              rest = MIN(r.b, H[K].lent + LENDABLE(K));
              if :: rest > H[K].lent && rest >= r.l -> H[K].lent = rest :: else fi;
              if :: CHANGED(K) -> writes = 1 :: else fi
           :: else fi;
#ifdef MARKTOLDEARLY
        SAY(K); if :: writes -> owed = 1 :: else fi
#else
        if :: writes -> write(K) :: else fi;
        if :: H[K].up -> SAY(K) :: else fi
#endif
  fi }
#ifdef MARKTOLDEARLY
bit owed;               /* activation 0 still has to write what it told */
#endif

/* ReserveLedger.Settle. */
inline settle() {
  rest = (mark > INBOOKS && !fenced -> mark - INBOOKS : 0);
  do :: rest > 0 && ba > 0 -> rest--; ba--; ct++; printf("  a loan is counted\n")
     :: rest > 0 && ba == 0 && bk > 0 -> rest--; bk--; ct++; printf("  a loan is counted\n")
     :: else -> break od;
  ba = 0;                                       /* asked for in vain: ReserveLedger.End */
  if :: fenced -> bk = 0 :: else fi }
#ifdef ANYANSWER
#define AWAITED (r.u == 1 && r.e == le)
#else
#define AWAITED (underway && r.n == ln && (r.u == 1 && r.e == le || r.u == 0))
#endif
inline cliMarked() {                            /* ReserveLedger.Marked */
  if :: AWAITED ->
        printf("process %d gets the answer to %d: %d, mark %d\n", le, r.n, r.u, r.b);
        underway = 0;
        if :: r.u == 0 && !joined -> prev = r.e; bk = bk + ba; ba = 0
           :: else ->
              if :: r.u == 0 -> fenced = 1
                 :: else -> joined = 1; mark = r.b; beyond = r.l; heard = told fi;
              settle()
        fi
     :: else fi }

/* ReserveLedger.TakeMark. */
#ifdef BELOWREAL
#define LEAST (bk + ba)
#else
#define LEAST MAX(BOOKS, lt)
#endif
inline sendMark() {
  ln++; underway = 1; told = quiet; ba = ba + bk; bk = 0;
  rest = LEAST; num = (ba > 0 -> MIN(rest, INBOOKS + 1) : rest); tmp = (joined -> 0 : prev);
  printf("process %d sends mark %d: wants %d, at least %d, uses %d\n", le, ln, rest, num, lt);
  send(MARK, le, ln, tmp, rest, num, lt) }
inline noAnswer() { printf("process %d waits no longer for %d\n", le, ln); underway = 0; bk = 0; ba = 0 }
#define NEEDSMARK (!fenced && (!joined || quiet && !heard || bk + ba > 0 || mark != BOOKS))

#define FREEPLEDGE (!fenced && MIN(mark + beyond, PLEDGE) > BOOKS)      /* ReserveLedger.FreePledgeBytes */
#ifdef LOANEARLY
#define BOOKED ct++
#else
#define BOOKED bk++
#endif
#define SERVE(X,K,KEEP) :: d_step { net[X].t == MARK && H[K].up && (!KEEP || !quiet && dups < MAXDUP) -> take(X, KEEP); srvMark(K); endr(); inv() }
#define SLOT(X) \
  :: d_step { net[X].t != 0 && !quiet -> printf("lost: message %d\n", net[X].n); clr(X); canon() } \
  :: d_step { net[X].t == MARKED -> take(X, false); cliMarked(); endr(); inv() } \
  :: d_step { net[X].t == MARKED && !quiet && dups < MAXDUP -> take(X, true); cliMarked(); endr(); inv() } \
  SERVE(X,0,false) SERVE(X,0,true) SERVE(X,1,false) SERVE(X,1,true)
#define TAKES(K) :: d_step { !quiet && H[K].up && H[K].al + H[K].lent < CAP -> H[K].al++; write(K); if :: H[K].up -> use = H[K].al; printf("containers have %d\n", use) :: else fi; inv() }

active proctype Model() {
  d_step { H[0].up = 1; H[0].fresh = 1; H[0].e = 1; D.e = 1; le = 1; joined = 1; beyond = MIN(PLEDGE, CAP) }
  do
  :: d_step { !quiet && FREEPLEDGE -> BOOKED; printf("a loan is booked\n") }
  :: d_step { ct > 0 && !quiet -> ct--; lt++; printf("a loan is made\n"); inv() }
  :: d_step { co > 0 -> co--; printf("a loan was made in vain\n") }
  :: d_step { !quiet && ct > 0 -> ct--; printf("a loan could not be made\n") }
  :: d_step { !quiet && bk > 0 -> bk--; printf("a loan ends before it is counted\n") }
  :: d_step { !quiet && ba > 0 -> ba--; printf("a loan ends before it is counted\n") }
  :: d_step { ct > 0 -> ct--; co++; printf("a loan ends while it is made\n") }
  :: d_step { lt > 0 -> lt--; printf("a loan ends\n") }
  SLOT(0) SLOT(1)
  :: d_step { !quiet && !underway && !fenced && ln < MAXNUM -> sendMark() }
  :: d_step { quiet && !underway && NEEDSMARK && ln < 7 && COUNTED == 0 && !(H[0].up && H[1].up) -> sendMark() }
  :: d_step { underway && !quiet -> noAnswer() }
  :: d_step { underway && quiet && net[0].t == 0 -> noAnswer() }
  /* the lending process is killed, and its memory with it; another starts */
  :: d_step { !quiet && kills < MAXKILL -> kills++; printf("process %d is killed; %d starts\n", le, le + 1); le++; joined = 0; fenced = 0; prev = 0; ln = 0; mark = 0; beyond = 0; underway = 0; bk = 0; ba = 0; ct = 0; co = 0; lt = 0 }
  /* containers take what is free, and give it back */
  TAKES(0) TAKES(1)
  :: d_step { use > 0 && !quiet -> use--; if :: H[0].up -> H[0].al = use :: else -> H[1].al = use fi; printf("containers have %d\n", use) }
  /* the host's budget: killed and started again, or another activation beside it */
  :: d_step { !quiet && H[0].up && !H[1].up && restarts < MAXRESTART -> restarts++; printf("activation 0 starts again\n"); startHost(0) }
  :: d_step { !quiet && H[0].up && !H[1].up && restarts < MAXRESTART -> restarts++; printf("activation 1 starts beside 0\n"); startHost(1) }
  :: d_step { H[0].up && H[1].up -> printf("activation 0 ends\n"); endHost(0); if :: !H[1].fresh -> endHost(1); startHost(0) :: else fi }
  :: d_step { H[0].up && H[1].up -> printf("activation 1 ends\n"); endHost(1); if :: !H[0].fresh -> startHost(0) :: else fi }
  :: d_step { !H[0].up && !H[1].up -> printf("activation 0 starts again\n"); startHost(0) }
#ifdef MARKTOLDEARLY
  :: d_step { owed -> owed = 0; if :: H[0].up -> write(0) :: else fi }
#endif
  :: d_step { !quiet && net[1].t == 0 && !(H[0].up && H[1].up) -> quiet = 1; printf("no more faults\n") }
  :: d_step { quiet && !done && net[0].t == 0 && !underway && BOOKS == 0 && (!NEEDSMARK || ln == 7) && (H[0].up || H[1].up) ->
       done = 1; assert(fenced || ln == 7 || H[H[1].up].lent == 0) }      /* I4 */
  :: done -> break
  od
}

#ifdef LIVE
ltl ends { [] (quiet -> <> done) }              /* whatever happened before, it comes to an end */
#endif
