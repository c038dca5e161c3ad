/* A host over its containers: HostLedger.cs (Join, Allot), HostLedger.Serving.cs and HostLedger.Reclaim.cs (overdraft) in
 * src/Core/Ledger, ContainerLedger.Allotment.cs there (CallHost, Ordered), and what src/Grains/Budgets adds: DurableTable
 * writes with compare-and-swap on the ETag before an amount is told, pushed orders carry their epoch.
 *
 * Two activations of the host's budget on one table, of which the second may start beside the first; two containers, each
 * with an activation and, after it was replaced, an older one that goes on until its authority lease is over. Calls and
 * orders go through a bag of two messages: any order, delay, loss, MAXDUP duplicates; they reach either activation of the
 * host. Both hosts and containers can be killed.
 *
 * Left out: the order in which containers are served (reclaim.pml), floors and guarantees, what is lent (loans.pml),
 * untracked use, sessions: an activation may use all that it believes to be given (lease.pml), and what an older one uses
 * is covered by the mark of the newer while that learns. The host raises an allotment in a step of its own.
 *
 * Checked: I1, that what the containers believe to have never exceeds the capacity, whichever activation believes it; I1
 * in each host's books; that a mark never falls under what an authority believes; I8, that ordinary allotments leave the
 * reserve alone; when the last fault is over and all is given back: I4, the table promises nothing.
 */
#ifndef CAP
#define CAP 2           /* units of the host; 3 at most */
#endif
#ifndef RESERVE
#define RESERVE 0       /* of them, for must-succeed alone */
#endif
#ifndef MAXORD
#define MAXORD 3        /* orders of one container; 3 at most */
#endif
#ifndef MAXEPOCH
#define MAXEPOCH 3      /* epochs of the host; 3 at most: the first two are there at the start */
#endif
#ifndef MAXDUP
#define MAXDUP 1
#endif
#ifndef MAXRESTART
#define MAXRESTART 1    /* of the host's budget */
#endif

/* ALLOT: epoch, order seen, what is kept, overdraft kept, whether more is wanted. ORDER: epoch, order, allotment and
 * overdraft; n is 0 for fenced. Of both, h is the activation of the container that sent it, or that it is an answer to. */
#define ALLOT 1
#define ORDER 2
#define FENCED 3
typedef Msg { unsigned t : 2; unsigned c : 1; unsigned e : 2; unsigned n : 2; unsigned l : 2; unsigned o : 2; unsigned w : 1 }
typedef Row { unsigned e : 2; unsigned ord : 2; unsigned al : 2; unsigned ov : 2 }
typedef Table { unsigned last : 2; Row r[2] }
typedef Host { unsigned up : 1; unsigned fresh : 1; unsigned want : 2; Table t }
typedef Act { unsigned up : 1; unsigned learn : 1; unsigned e : 2; unsigned ord : 2; unsigned al : 2; unsigned ov : 2 }

Msg net[2]; Msg r;
Host H[2]; Table D;
Act N[4];               /* activations of the two containers: the newest, then those before */
#define OLD(C) ((C) + 2)
unsigned dups : 1; unsigned restarts : 2; bit quiet, done;
hidden byte tmp; hidden byte x; hidden byte i; hidden byte changed;
#ifdef LATEHWM
bit owed;               /* activation 0 of the host still has to write what it told */
#endif

#define KEY(S) (net[S].t*4096 + net[S].c*2048 + net[S].e*512 + net[S].n*128 + net[S].l*32 + net[S].o*8 + net[S].w)
inline clr(S) { net[S].t = 0; net[S].c = 0; net[S].e = 0; net[S].n = 0; net[S].l = 0; net[S].o = 0; net[S].w = 0 }
#define SWAP(F) tmp = net[0].F; net[0].F = net[1].F; net[1].F = tmp;
inline canon() { if :: KEY(0) < KEY(1) -> SWAP(t) SWAP(c) SWAP(e) SWAP(n) SWAP(l) SWAP(o) SWAP(w) tmp = 0 :: else fi }
inline put(X,T,C,E,NN,L,OO,W) { net[X].t = T; net[X].c = C; net[X].e = E; net[X].n = NN; net[X].l = L; net[X].o = OO; net[X].w = W; canon() }
inline send(T,C,E,NN,L,OO,W) {                  /* a full bag loses the message */
  if :: net[1].t == 0 -> put(1,T,C,E,NN,L,OO,W)
     :: net[1].t != 0 && net[0].t == 0 -> put(0,T,C,E,NN,L,OO,W)
     :: else -> printf("  (lost)\n") fi }
inline take(X,KEEP) {
  r.t = net[X].t; r.c = net[X].c; r.e = net[X].e; r.n = net[X].n; r.l = net[X].l; r.o = net[X].o; r.w = net[X].w;
  if :: KEEP -> dups++; printf("(a duplicate stays)\n") :: else -> clr(X); canon() fi }
inline endr() { r.t = 0; r.c = 0; r.e = 0; r.n = 0; r.l = 0; r.o = 0; r.w = 0 }
#define MIN(A,B) ((A) < (B) -> (A) : (B))
#define MAX(A,B) ((A) > (B) -> (A) : (B))

#define GIVEN(T) (T.r[0].al + T.r[1].al + T.r[0].ov + T.r[1].ov)
#define BELIEVED(C) MAX(N[C].al + N[C].ov, N[OLD(C)].al + N[OLD(C)].ov)
#define COVERED(C) (N[OLD(C)].al + N[OLD(C)].ov <= D.r[C].al + D.r[C].ov && N[C].al + N[C].ov <= D.r[C].al + D.r[C].ov)
inline inv() {
  assert(BELIEVED(0) + BELIEVED(1) <= CAP);     /* I1 */
  assert(COVERED(0) && COVERED(1));             /* after a restart the mark covers whatever is in use */
  assert(!H[0].up || GIVEN(H[0].t) <= CAP); assert(!H[1].up || GIVEN(H[1].t) <= CAP);
  assert(D.r[0].al + D.r[1].al <= CAP - RESERVE) }      /* I8 */

/* DurableTable. An activation that lost the compare-and-swap is over. */
inline copy(TO,FROM) {
  TO.last = FROM.last; x = 0;
  do :: x < 2 -> TO.r[x].e = FROM.r[x].e; TO.r[x].ord = FROM.r[x].ord; TO.r[x].al = FROM.r[x].al; TO.r[x].ov = FROM.r[x].ov; x++ :: else -> break od; x = 0 }
inline endHost(K) {
  H[K].up = 0; H[K].fresh = 0; H[K].want = 0; H[K].t.last = 0; x = 0;
  do :: x < 2 -> H[K].t.r[x].e = 0; H[K].t.r[x].ord = 0; H[K].t.r[x].al = 0; H[K].t.r[x].ov = 0; x++ :: else -> break od; x = 0 }
inline startHost(K) { H[K].up = 1; H[K].fresh = 1; H[K].want = 0; copy(H[K].t, D) }
#ifdef NOCAS
#define MAYWRITE(K) (true)
#else
#define MAYWRITE(K) (H[K].fresh)
#endif
inline write(K) {
  if :: MAYWRITE(K) -> copy(D, H[K].t); H[1 - K].fresh = 0; printf("  table: %d and %d allotted, %d and %d overdrawn\n", D.r[0].al, D.r[1].al, D.r[0].ov, D.r[1].ov)
     :: else -> printf("  host %d finds itself replaced\n", K); endHost(K) fi }

/* HostLedger.Allot: takes back what is given up; the current order is the answer, raised or not. */
#ifdef NOFENCE
#define ITS(K) (true)
#else
#define ITS(K) (r.e == H[K].t.r[r.c].e)
#endif
#ifdef NOSEQHOST
#define CURRENT(K) (true)
#else
#define CURRENT(K) (r.n == H[K].t.r[r.c].ord)
#endif
inline tell(K,C) { send(ORDER, C, H[K].t.r[C].e, H[K].t.r[C].ord, H[K].t.r[C].al, H[K].t.r[C].ov, 0) }
inline srvAllot(K) {
  printf("  host %d gets call of container %d, epoch %d: seen %d, keeps %d and %d, wants %d\n", K, r.c, r.e, r.n, r.l, r.o, r.w);
  if :: !ITS(K) -> send(FENCED, r.c, r.e, 0, 0, 0, 0); printf("  fenced\n")
     :: else ->
        if :: CURRENT(K) ->
              H[K].t.r[r.c].al = MIN(H[K].t.r[r.c].al, r.l); H[K].t.r[r.c].ov = MIN(H[K].t.r[r.c].ov, r.o);
              H[K].want = (r.w -> H[K].want | (1 << r.c) : H[K].want & (3 - (1 << r.c)))
           :: else fi;
        tell(K, r.c)
  fi }

/* HostLedger.Serve: raises an allotment, or an overdraft, as a new order; writes it; tells it. */
#ifdef RESERVEFORALL
#define ORDINARY(K) (GIVEN(H[K].t) < CAP)
#else
#define ORDINARY(K) (GIVEN(H[K].t) < CAP - RESERVE)
#endif
#define MAYRAISE(K,C) (!quiet && H[K].up && (H[K].want & (1 << (C))) && H[K].t.r[C].ord < MAXORD)
#ifdef LATEHWM
#define WRITEANDTELL(K,C) tell(K,C); owed = 1
#else
#define WRITEANDTELL(K,C) write(K); if :: H[K].up -> tell(K,C) :: else fi
#endif
inline raise(K,C) {
  H[K].t.r[C].al++; H[K].t.r[C].ord++; H[K].want = H[K].want & (3 - (1 << C));
  printf("host %d raises container %d to %d, order %d\n", K, C, H[K].t.r[C].al, H[K].t.r[C].ord);
  WRITEANDTELL(K,C) }
inline overdraw(K,C) {
  H[K].t.r[C].ov++; H[K].t.r[C].ord++; H[K].want = H[K].want & (3 - (1 << C));
  printf("host %d lets container %d overdraw %d, order %d\n", K, C, H[K].t.r[C].ov, H[K].t.r[C].ord);
  WRITEANDTELL(K,C) }

/* ContainerLedger.CallHost: acts at once as if what is given back were gone. A learning one gives nothing back. */
inline call(I,C,W) {
  printf("container %d, epoch %d calls: seen %d, keeps %d and %d, wants %d\n", C, N[I].e, N[I].ord, N[I].al, N[I].ov, W);
  send(ALLOT, C, N[I].e, N[I].ord, N[I].al, N[I].ov, W) }
/* ContainerLedger.Ordered. */
#ifdef ANYORDER
#define NEWER(I) (true)
#else
#define NEWER(I) (r.n > N[I].ord)
#endif
inline endAct(I) { N[I].up = 0; N[I].learn = 0; N[I].e = 0; N[I].ord = 0; N[I].al = 0; N[I].ov = 0 }
inline ordered(I) {
  if :: N[I].up && N[I].e == r.e && r.t == ORDER && NEWER(I) -> N[I].ord = r.n; N[I].al = r.l; N[I].ov = r.o; printf("container %d, epoch %d acts on order %d: %d and %d\n", r.c, r.e, r.n, r.l, r.o)
     :: N[I].up && N[I].e == r.e && r.t == FENCED -> printf("container %d, epoch %d is fenced\n", r.c, r.e); endAct(I)
     :: else fi }
/* HostLedger.Join, by a new activation of container C; the one before may go on. */
#ifdef NOHWM
#define MARK(C) 0
#else
#define MARK(C) D.r[C].al
#endif
inline join(K,C,GOESON) {
  H[K].t.last++; H[K].t.r[C].e = H[K].t.last; H[K].want = H[K].want & (3 - (1 << C)); write(K);
  if :: H[K].up ->
        if :: GOESON -> N[OLD(C)].up = 1; N[OLD(C)].e = N[C].e; N[OLD(C)].ord = N[C].ord; N[OLD(C)].al = N[C].al; N[OLD(C)].ov = N[C].ov :: else fi;
        N[C].up = 1; N[C].e = D.r[C].e; N[C].ord = D.r[C].ord; N[C].al = MARK(C); N[C].ov = D.r[C].ov; N[C].learn = (N[C].al + N[C].ov > 0);
        printf("container %d joins host %d as epoch %d with %d and %d\n", C, K, N[C].e, N[C].al, N[C].ov)
     :: else fi }

#define TOHOST(X) (net[X].t == ALLOT)
#define SERVE(X,K,KEEP) :: d_step { TOHOST(X) && H[K].up && (!KEEP || !quiet && dups < MAXDUP) -> take(X, KEEP); srvAllot(K); endr(); inv() }
#define SLOT(X) \
  :: d_step { net[X].t != 0 && !quiet -> printf("lost: a message of container %d\n", net[X].c); clr(X); canon() } \
  :: d_step { net[X].t > ALLOT -> take(X, false); ordered(r.c); ordered(OLD(r.c)); endr(); inv() } \
  :: d_step { net[X].t == ORDER && !quiet && dups < MAXDUP -> take(X, true); ordered(r.c); ordered(OLD(r.c)); endr(); inv() } \
  SERVE(X,0,false) SERVE(X,0,true) SERVE(X,1,false) SERVE(X,1,true)
#ifdef ZOMBIE
#define OLDERENDED(C) (true)
#else
#define OLDERENDED(C) (!N[OLD(C)].up)
#endif
#define ACT(I,C) \
  :: d_step { !quiet && N[I].up -> call(I,C,1) } \
  :: d_step { !quiet && N[I].up && N[I].al > 0 && !N[I].learn -> N[I].al--; call(I,C,0) } \
  :: d_step { !quiet && N[I].up && N[I].ov > 0 && !N[I].learn -> N[I].ov--; call(I,C,0) }
#define CONTAINER(C) \
  ACT(C,C) ACT(OLD(C),C) \
  :: d_step { N[OLD(C)].up -> printf("container %d, epoch %d: its authority lease is over\n", C, N[OLD(C)].e); endAct(OLD(C)) } \
  :: d_step { N[C].learn && OLDERENDED(C) -> N[C].learn = 0; printf("container %d has learned\n", C) } \
  JOIN(0,C) JOIN(1,C)
#define JOIN(K,C) \
  :: d_step { !quiet && H[K].up && H[K].t.last < MAXEPOCH && !N[OLD(C)].up -> join(K,C,0); inv() } \
  :: d_step { !quiet && H[K].up && H[K].t.last < MAXEPOCH && !N[OLD(C)].up && N[C].up -> join(K,C,1); inv() }
#define RAISE(K,C) \
  :: d_step { MAYRAISE(K,C) && ORDINARY(K) -> raise(K,C); inv() } \
  :: d_step { MAYRAISE(K,C) && RESERVE > 0 && GIVEN(H[K].t) < CAP && H[K].t.r[C].ov == 0 -> overdraw(K,C); inv() }

/* After the last fault: what is fenced joins again, all is given back. */
#define K1 (H[1].up)
#define AGREES(C) (N[C].up && N[C].e == H[K1].t.r[C].e && N[C].al == 0 && N[C].ov == 0 && H[K1].t.r[C].al == 0 && H[K1].t.r[C].ov == 0)
inline drain(C) {
  if :: !N[C].up -> N[C].up = 1; N[C].e = H[K1].t.r[C].e; N[C].ord = H[K1].t.r[C].ord :: else fi;
  N[C].al = 0; N[C].ov = 0; call(C,C,0) }

active proctype Model() {
  d_step {
    D.last = 2; D.r[0].e = 1; D.r[1].e = 2; N[0].up = 1; N[0].e = 1; N[1].up = 1; N[1].e = 2; startHost(0)
  }
  do
  CONTAINER(0) CONTAINER(1) SLOT(0) SLOT(1) RAISE(0,0) RAISE(0,1) RAISE(1,0) RAISE(1,1)
  :: d_step { !quiet && H[0].up && !H[1].up && restarts < MAXRESTART -> restarts++; printf("host 0 starts again\n"); startHost(0) }
  :: d_step { !quiet && H[0].up && !H[1].up && restarts < MAXRESTART -> restarts++; printf("host 1 starts beside 0\n"); startHost(1) }
  :: d_step { H[0].up && H[1].up -> printf("host 0 ends\n"); endHost(0); if :: !H[1].fresh -> startHost(1) :: else fi }
  :: d_step { H[0].up && H[1].up -> printf("host 1 ends\n"); endHost(1); if :: !H[0].fresh -> startHost(0) :: else fi }
  :: d_step { !H[0].up && !H[1].up -> printf("host 0 starts again\n"); startHost(0) }
#ifdef LATEHWM
  :: d_step { owed -> owed = 0; if :: H[0].up -> write(0) :: else fi }
#endif
  :: d_step { !quiet && net[1].t == 0 && !(H[0].up && H[1].up) && !N[2].up && !N[3].up -> quiet = 1; printf("no more faults\n") }
  :: d_step { quiet && !done && net[0].t == 0 && (H[0].up || H[1].up) && !N[0].learn && !N[1].learn ->
       if :: !AGREES(0) -> drain(0)
          :: else -> if :: !AGREES(1) -> drain(1) :: else -> done = 1; assert(GIVEN(H[K1].t) == 0) fi fi }      /* I4 */
  :: done -> break
  od
}

#ifdef LIVE
ltl ends { [] (quiet -> <> done) }              /* whatever happened before, it comes to an end */
#endif
