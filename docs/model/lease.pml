/* A container over its sessions: what ContainerLedger.Sessions.cs, ContainerLedger.Trading.cs and Ghosts.cs in
 * src/Core/Ledger decide, and what src/Core/Session/SessionCore*.cs makes of the answers. README.md says how to run this
 * and to read a trail.
 *
 * One client with all that can happen to it, one neighbour that takes whatever is believed to be free, and two
 * authorities of one container: authority 0 starts; authority 1 replaces it at some moment (RESTART), and the older one
 * is then dead or, with RESTART 2, goes on for as long as its authority lease lasts. The client's network is a bag of two
 * messages: any order, any delay, loss, and MAXDUP duplicates. It can lapse at any time, come back, be killed and start
 * again. The neighbour trades in single steps, with the older authority or with the newer one.
 *
 * Left out: urgencies, subsystems and quotas (one amount for each session); waiting; leases granted one by one
 * (named.pml); emergency credit; the host, which gives and takes allotment when it likes (host.pml). A reading is of one
 * instant, and untracked bytes are seen exactly and at once. Real time is two rules: a holder has lapsed when its authority ends it,
 * and learning ends after the older authority's lease and all that it can have renewed; clock.pml checks the figures that
 * make these two true.
 *
 * Checked: I2 in the books; I2 between the two, "the books never say less than a client holds"; I1 as it matters here,
 * that the two never hold more than CAP together; I3; and when the last fault is over and everybody has reported, given
 * all back, and one reading was taken: I4, everything is free again.
 */
#ifndef CAP
#define CAP 2           /* units that the host can give this container; 3 at most */
#endif
#ifndef AL0
#define AL0 1           /* units that it has given at the start */
#endif
#ifndef WANT
#define WANT 2          /* what the client would like to hold */
#endif
#ifndef WANT1
#define WANT1 2         /* and its neighbour */
#endif
#ifndef RESTART
#define RESTART 2       /* 0: one authority; 1: a second after the first; 2: also beside the first */
#endif
#ifndef MAXDUP
#define MAXDUP 1        /* duplicates of messages */
#endif
#ifndef MAXKILL
#define MAXKILL 0       /* kills of the client */
#endif
#ifndef ASKS
#define ASKS 1          /* whether an authority asks idle credit back */
#endif
#ifndef MAXORD
#define MAXORD 2        /* orders of one session; 3 at most */
#endif
#ifndef NI
#define NI 3            /* sessions that the client may open; 3 at most */
#endif

/* Messages. Of OPEN: e is the session that it replaces, l the holdings. Of OPENED: n is 1 for granted, 0 for StartAnew.
 * Of EXCH: n is the order seen, l the holdings. Of ORDER: n is the order, l the amount. */
#define OPEN   1
#define EXCH   2
#define OPENED 3
#define ORDER  4
#define AGAIN  5
typedef Msg { unsigned t : 3; unsigned s : 2; unsigned e : 2; unsigned n : 2; unsigned l : 2 }

/* A session in the books of an authority. OVER: ended while learning, it must not report again. DISOWNED: a ghost whose
 * client was told to start anew. */
#define NONE  0
#define LIVE  1
#define GHOST 2
#define OVER  3
#define DISOWNED 4
#define NS 4            /* rows: sessions 1 to 3 of the client, and the neighbour's */
#define NB 3
typedef Row { unsigned st : 3; unsigned b : 2; unsigned base : 2; unsigned ord : 2; unsigned asked : 1 }
typedef Auth { unsigned up : 1; unsigned learn : 1; unsigned al : 2; unsigned mark : 2; unsigned rptd : 2; unsigned ug : 2; Row r[NS] }

#define UNOPENED 0
#define OPENING  1
#define ISOPEN   2

Msg net[2]; Msg r;
Auth A[2];
unsigned dal : 2;       /* the durable allotment */
/* The client: its phase, session, epoch, order seen, credit, leased, predecessors (a bit each); the opening under way; the
 * next fresh session, and the first of this process. */
bit alive, usable, again;
unsigned ph : 2; unsigned ses : 2; unsigned ep : 2; unsigned seen : 2; unsigned cr : 2; unsigned ls : 2; unsigned pred : 4;
unsigned os : 2; unsigned orp : 2; unsigned oh : 2; unsigned nid : 3; unsigned born : 2;
/* The neighbour: where it is, and what it holds, all of it credit. */
bit nb; unsigned nbh : 2;
bit replaced, learnt, quiet, done;
unsigned dups : 1; unsigned kills : 1;
hidden byte i; hidden byte j; hidden byte k; hidden byte tmp; hidden byte com; hidden byte bs; hidden byte ok;
#ifdef EARLYREAD
bit samp;               /* a reading that began earlier saw nothing of the client */
#endif
#ifdef LATEHWM
bit owed;               /* a raise that is told and not yet durable */
#endif

#define DRAWN (cr + ls)
#define ROW(S) ((S) - 1)

#define KEY(S) (net[S].t*256 + net[S].s*64 + net[S].e*16 + net[S].n*4 + net[S].l)
inline clr(S) { net[S].t = 0; net[S].s = 0; net[S].e = 0; net[S].n = 0; net[S].l = 0 }
#define SWAP(F) tmp = net[0].F; net[0].F = net[1].F; net[1].F = tmp;
inline canon() { if :: KEY(0) < KEY(1) -> SWAP(t) SWAP(s) SWAP(e) SWAP(n) SWAP(l) tmp = 0 :: else fi }
inline put(X,T,S,E,N,L) { net[X].t = T; net[X].s = S; net[X].e = E; net[X].n = N; net[X].l = L; canon() }
inline send(T,S,E,N,L) {                        /* a full bag loses the message */
  if :: net[1].t == 0 -> put(1,T,S,E,N,L)
     :: net[1].t != 0 && net[0].t == 0 -> put(0,T,S,E,N,L)
     :: else -> printf("  (lost)\n") fi }
inline take(X,KEEP) {
  r.t = net[X].t; r.s = net[X].s; r.e = net[X].e; r.n = net[X].n; r.l = net[X].l;
  if :: KEEP -> dups++; printf("(a duplicate stays)\n") :: else -> clr(X); canon() fi }
inline endr() { r.t = 0; r.s = 0; r.e = 0; r.n = 0; r.l = 0 }

/* ContainerLedger.CommittedBytes of authority K, into com. */
#ifdef SUBTRACT
#define UNKNOWN(K) (A[K].mark - A[K].rptd)
#define BASE(K,J) 0
#else
#define UNKNOWN(K) A[K].mark
#define BASE(K,J) A[K].r[J].base
#endif
#define CHARGED(K,J) (A[K].r[J].st == LIVE || A[K].r[J].st == GHOST || A[K].r[J].st == DISOWNED)
inline committed(K) {
  com = (A[K].learn -> UNKNOWN(K) : A[K].ug); j = 0;
  do :: j < NS ->
       if :: CHARGED(K,j) && A[K].learn -> com = com + (A[K].r[j].b > BASE(K,j) -> A[K].r[j].b - BASE(K,j) : 0)
          :: CHARGED(K,j) && !A[K].learn -> com = com + A[K].r[j].b
          :: else fi; j++
     :: else -> break od }

/* Untracked: what the client has and nobody charges. With a newer authority it may be credit there, and used again. */
#define OFCLIENT(K) (A[K].r[0].b + A[K].r[1].b + A[K].r[2].b)
#ifdef EARLYREAD
#define RESIDENT (samp -> 0 : ls)
#else
#define RESIDENT ls
#endif
#define USED(K) (RESIDENT + ((K) == replaced -> 0 : cr))
#define UNTRACKED(K) (A[K].learn || USED(K) < OFCLIENT(K) -> 0 : USED(K) - OFCLIENT(K))
#define ROOM(K) (A[K].al > com && CAP > UNTRACKED(K) + com)

/* ContainerLedger.End of a session. */
#define ENDED(K) (A[K].learn -> OVER : NONE)
inline endrow(K,J) { A[K].r[J].b = 0; A[K].r[J].base = 0; A[K].r[J].ord = 0; A[K].r[J].asked = 0; A[K].r[J].st = ENDED(K) }

/* ContainerLedger.Open, with MayBring. */
#ifdef BRINGMORE
#define BELIEVED(K) (true)
#else
#ifdef TRUSTLATE
#define BELIEVED(K) (ok || !A[K].learn)
#else
#define BELIEVED(K) (ok)
#endif
#endif
inline learnFrom(K,L) {
  if :: A[K].learn && L <= A[K].mark - A[K].rptd -> ok = 1; bs = L; A[K].rptd = A[K].rptd + L
     :: else -> ok = (L == 0); bs = 0 fi }
inline srvOpen(K) {
  printf("  authority %d gets opening %d replacing %d, holding %d\n", K, r.s, r.e, r.l);
  i = ROW(r.s);
  if :: A[K].r[i].st == LIVE -> send(OPENED, r.s, K + 1, 1, 0)
     :: A[K].r[i].st > LIVE -> send(OPENED, r.s, K + 1, 0, 0)
     :: else ->
        if :: r.e > 0 && CHARGED(K, ROW(r.e)) -> ok = (r.l <= A[K].r[ROW(r.e)].b); bs = A[K].r[ROW(r.e)].base
           :: else -> learnFrom(K, r.l) fi;
        if :: !BELIEVED(K) ->
              if :: r.e > 0 && A[K].r[ROW(r.e)].st == GHOST -> A[K].r[ROW(r.e)].st = DISOWNED :: else fi;
              printf("  not believed\n");
              send(OPENED, r.s, K + 1, 0, 0)
           :: else ->
              if :: r.e > 0 -> endrow(K, ROW(r.e)) :: else fi;
              A[K].r[i].st = LIVE; A[K].r[i].b = r.l; A[K].r[i].base = (bs < r.l -> bs : r.l);
              send(OPENED, r.s, K + 1, 1, 0)
        fi
  fi }

/* ContainerLedger.Exchange: TakeBack, then AskBack or Draw. GIVES: 1 for one more, -1 asks idle credit back. */
#ifdef NOSEQ
#define CURRENT(K) (true)
#else
#define CURRENT(K) (r.n == A[K].r[i].ord)
#endif
#ifdef KEEPEPOCH
#define OURS(K) (true)
#else
#define OURS(K) (r.e == (K) + 1)
#endif
#ifdef BASESTAYS
#define SHRINKBASE(K,J)
#else
#define SHRINKBASE(K,J) A[K].r[J].base = (A[K].r[J].base < A[K].r[J].b -> A[K].r[J].base : A[K].r[J].b);
#endif
#ifdef EARLYRECLAIM
#define ASKBACK(K) A[K].r[i].b--
#else
#define ASKBACK(K) A[K].r[i].asked = 1
#endif
inline srvExch(K,GIVES) {
  i = ROW(r.s);
  printf("  authority %d gets exchange of session %d, epoch %d, seen %d, holding %d\n", K, r.s, r.e - 1, r.n, r.l);
  if :: !OURS(K) || A[K].r[i].st != LIVE -> send(AGAIN, r.s, 0, 0, 0); printf("  register again\n")
     :: else ->
        if :: CURRENT(K) ->
              if :: r.l < A[K].r[i].b -> A[K].r[i].b = r.l :: else fi;
              SHRINKBASE(K,i) A[K].r[i].asked = 0
           :: else fi;
        committed(K);
        if :: GIVES == -1 && CURRENT(K) && A[K].r[i].b > 0 && A[K].r[i].ord < MAXORD -> A[K].r[i].ord++; ASKBACK(K)
           :: GIVES == 1 && CURRENT(K) && r.l < WANT && A[K].r[i].b < WANT && A[K].r[i].ord < MAXORD && ROOM(K) -> A[K].r[i].ord++; A[K].r[i].b++; A[K].r[i].asked = 0
           :: else fi;
        printf("  order %d: %d\n", A[K].r[i].ord, A[K].r[i].b - A[K].r[i].asked);
        send(ORDER, r.s, K + 1, A[K].r[i].ord, A[K].r[i].b - A[K].r[i].asked)
  fi }

/* SessionCore.LapseIfDue and Leave. */
#ifdef NOLAPSE
#define DROPCREDIT
#else
#define DROPCREDIT cr = 0;
#endif
#ifdef NOSESSION
#define LEAVE os = ses; ses = 0;
#else
#define LEAVE pred = (1 << ses); ses = 0;
#endif
inline leave() { ph = UNOPENED; LEAVE seen = 0 }
inline lapse() {
  printf("client lapses, holding %d credit and %d leased\n", cr, ls);
  usable = 0; DROPCREDIT ep = 0;
  if :: ph == ISOPEN -> leave() :: else fi }

/* The time that an answer of authority E - 1 gives is over at the holder before that authority ends the session, or the
 * next one its learning. So such an answer, when it comes late, gives nothing. */
#define TIMELY(E,I) (!((E) == 1 && learnt) && ((E) == 1 && !A[0].up || A[(E) - 1].r[I].st == LIVE))

#define NEWEST (pred & 8 -> 3 : (pred & 4 -> 2 : (pred & 2 -> 1 : 0)))
inline startAnew() {
  printf("client starts anew and loses %d leased\n", ls);
  cr = 0; ls = 0; usable = 0; ep = 0; pred = 0 }

#ifdef OLDORDERS
#define NEWER (true)
#else
#define NEWER (r.n > seen)
#endif
inline opened() { again = 0; oh = 0; orp = 0; os = 0 }
inline cliRecv() {
  printf("client gets message %d of session %d: epoch %d, %d, %d\n", r.t, r.s, r.e - 1, r.n, r.l);
  if :: alive && r.t == OPENED && ph == OPENING && r.s == os ->
        if :: r.n == 1 ->
              ph = ISOPEN; ses = r.s; ep = r.e; seen = 0; pred = 0; usable = 1;
              opened();
              if :: !TIMELY(r.e, ROW(r.s)) -> lapse() :: else fi
           :: else ->                           /* SessionCore.Disbelieved */
              ph = UNOPENED;
              if :: again -> pred = pred | (1 << os)
                 :: !again && DRAWN == oh ->
                    if :: orp > 0 -> pred = pred & (15 - (1 << orp)) :: else fi;
                    if :: pred == 0 -> startAnew() :: else fi
                 :: else fi;
              opened()
        fi
     :: alive && r.t == ORDER && ph == ISOPEN && r.s == ses && r.e == ep && NEWER ->
        seen = r.n;
        cr = (r.l > ls -> r.l - ls : 0)
     :: alive && r.t == AGAIN && ph == ISOPEN && r.s == ses -> leave()
     :: else fi }

/* What clients hold never exceeds what there is, and the books of the authority that a client talks to never say less
 * than it holds. */
#define RELIESON(K) (ph == ISOPEN && usable && ep == (K) + 1 && A[K].up && A[K].r[ROW(ses)].st == LIVE)
inline inv() {
  assert(DRAWN + nbh <= CAP);                   /* I1, I3 */
  assert(!RELIESON(0) || DRAWN <= A[0].r[ROW(ses)].b);
  assert(!RELIESON(1) || DRAWN <= A[1].r[ROW(ses)].b) } /* I2, between client and authority */
inline books(K) { committed(K); assert(com <= A[K].al) } /* I2, in the books */

inline sendExch() {
  printf("client sends exchange of session %d, epoch %d, seen %d, holding %d\n", ses, ep - 1, seen, DRAWN);
  send(EXCH, ses, ep, seen, DRAWN) }
#ifdef NOSESSION
#define FRESH if :: os == 0 -> os = nid; nid++ :: else fi;
#else
#define FRESH os = nid; nid++;
#endif
inline sendOpen() {                             /* SessionCore.BuildOpen: a repeated one is the first over again */
  if :: ph == UNOPENED -> orp = NEWEST; FRESH oh = DRAWN; again = 0; ph = OPENING
     :: else -> again = 1 fi;
  printf("client sends opening %d replacing %d, holding %d\n", os, orp, oh);
  send(OPEN, os, orp, 0, oh) }
#define MAYOPEN (alive && (ph == OPENING || ph == UNOPENED && nid <= NI))
#define TALKS (alive && ph == ISOPEN)

#ifdef NOLAPSE
#define MAYUSE (alive)
#else
#define MAYUSE (usable)
#endif
#ifdef EARLYREAD
#define SEEN0 ; samp = 0
#else
#define SEEN0
#endif

/* The authority ends a session: by then its holder has lapsed, if it relied on that one or on one opened before it. */
#define RELIES(S,K) (usable && ep == (K) + 1 && (ph == ISOPEN && ses <= (S) || ph != ISOPEN && (pred & ((2 << (S)) - 1))))
#ifdef AUTHFIRST
#define HOLDERFIRST(K,S)
#else
#define HOLDERFIRST(K,S) if :: RELIES(S,K) -> lapse() :: else fi;
#endif
#ifdef TIMERRECLAIM
#define BECOMES(K) endrow(K, i)
#else
#define BECOMES(K) if :: A[K].r[i].b > 0 -> A[K].r[i].st = GHOST; A[K].r[i].ord = 0; A[K].r[i].asked = 0 :: else -> endrow(K, i) fi
#endif
inline expire(K,S) {
  HOLDERFIRST(K,S)
  i = ROW(S);
  printf("  authority %d ends session %d with %d\n", K, S, A[K].r[i].b);
  BECOMES(K) }
#define EXPIRE(K,S) :: d_step { !quiet && A[K].up && A[K].r[ROW(S)].st == LIVE -> expire(K,S); books(K) }

/* ContainerLedger.Observe, of one instant: a ghost shrinks to what its process still has; what nobody can witness ends,
 * and is untracked as far as it is there. What was seen unused may be used again as long as its holder may be known to
 * a newer authority: this one has to be confirmed since the lapse. */
#ifdef STALEFREE
#define CONFIRMED(K) (true)
#else
#define CONFIRMED(K) ((K) == replaced)
#endif
#define GONE(S) (!alive || (S) < born)
inline reading(K) {
  printf("  authority %d takes a reading: %d resident\n", K, ls);
  tmp = 1;
  do :: tmp <= NI ->
       i = ROW(tmp);
       if :: (A[K].r[i].st == LIVE || A[K].r[i].st == GHOST) && GONE(tmp) -> endrow(K, i)
          :: A[K].r[i].st == GHOST && !GONE(tmp) && CONFIRMED(K) && RESIDENT < A[K].r[i].b ->
             A[K].r[i].b = RESIDENT;
             if :: A[K].r[i].b == 0 -> endrow(K, i) :: else fi
          :: A[K].r[i].st == DISOWNED && CONFIRMED(K) -> endrow(K, i)
          :: else fi;
       tmp++
     :: else -> break od;
  if :: A[K].r[NB].st == GHOST && CONFIRMED(K) -> endrow(K, NB) :: else fi;
  A[K].ug = 0 }

/* The neighbour's trade with authority K, where it is. */
inline nbDraws(K) {
  committed(K);
  if :: ROOM(K) -> nbh++; A[K].r[NB].b++; printf("  authority %d gives the neighbour 1\n", K) :: else fi }
inline nbGives(K) {
  nbh--; A[K].r[NB].b--; SHRINKBASE(K,NB) printf("  the neighbour gives authority %d 1 back\n", K) }
inline nbMoves() {
  learnFrom(1, nbh);
  if :: !BELIEVED(1) -> nbh = 0 :: else fi;
  printf("  the neighbour reports %d to authority 1\n", nbh);
  nb = 1; A[1].r[NB].st = LIVE; A[1].r[NB].b = nbh; A[1].r[NB].base = bs }

/* ContainerLedger.EndLearning, after the older authority's lease and all lives that it can have given. */
#ifdef SHORTLEARN
#define ALLLAPSED
#else
#define ALLLAPSED if :: ep == 1 && usable -> lapse() :: else fi; if :: !nb -> nbh = 0 :: else fi;
#endif
#ifdef ZOMBIE
#define OLDERENDED (true)
#else
#define OLDERENDED (!A[0].up)
#endif
inline endLearning() {
  ALLLAPSED
  printf("  learning ends: %d of %d reported\n", A[1].rptd, A[1].mark);
  A[1].learn = 0; learnt = 1; A[1].ug = A[1].mark - A[1].rptd; A[1].mark = 0; A[1].rptd = 0; j = 0;
  do :: j < NS -> A[1].r[j].base = 0; if :: A[1].r[j].st == OVER -> A[1].r[j].st = NONE :: else fi; j++
     :: else -> break od }
inline wipe() {
  k = 0;
  do :: k < NS -> A[0].r[k].st = 0; A[0].r[k].b = 0; A[0].r[k].ord = 0; A[0].r[k].asked = 0; k++ :: else -> break od;
  A[0].up = 0; A[0].al = 0; A[0].ug = 0 }
#ifdef LATEHWM
#define NOTOWED ; owed = 0
#else
#define NOTOWED
#endif
#ifdef NOHWM
#define STARTMARK 0
#else
#define STARTMARK dal
#endif
/* Assumed, and not true of the code: a client whose bytes were found unbacked has heard of it when its authority is
 * replaced. Otherwise the next one believes it, in the place of somebody else (README.md). */
#ifdef UNHEARD
#define HEARD
#else
#define HEARD if :: ls > OFCLIENT(0) -> startAnew(); ph = UNOPENED; ses = 0; seen = 0; opened() :: else fi;
#endif
inline startNext() {
  HEARD
  replaced = 1; A[1].up = 1; A[1].al = dal; A[1].mark = STARTMARK; A[1].learn = (A[1].mark > 0);
  if :: !A[1].learn -> learnt = 1 :: else fi
  NOTOWED }

#define TOCLIENT(X) (net[X].t >= OPENED)
#define SERVE(X,K,KEEP) \
  :: d_step { net[X].t == OPEN && A[K].up && (!KEEP || !quiet && dups < MAXDUP) -> take(X, KEEP); srvOpen(K); books(K); endr(); inv() } \
  :: d_step { net[X].t == EXCH && A[K].up && (!KEEP || !quiet && dups < MAXDUP) -> take(X, KEEP); srvExch(K, 0); books(K); endr(); inv() } \
  :: d_step { net[X].t == EXCH && A[K].up && !quiet && (!KEEP || dups < MAXDUP) -> take(X, KEEP); srvExch(K, 1); books(K); endr(); inv() } \
  :: d_step { net[X].t == EXCH && A[K].up && ASKS && !quiet && (!KEEP || dups < MAXDUP) -> take(X, KEEP); srvExch(K, -1); books(K); endr(); inv() }
#define SLOT(X) \
  :: d_step { net[X].t != 0 && !quiet -> printf("lost: message %d of session %d\n", net[X].t, net[X].s); clr(X); canon() } \
  :: d_step { TOCLIENT(X) -> take(X, false); cliRecv(); endr(); inv() } \
  :: d_step { TOCLIENT(X) && !quiet && dups < MAXDUP -> take(X, true); cliRecv(); endr(); inv() } \
  SERVE(X,0,false) SERVE(X,0,true) SERVE(X,1,false) SERVE(X,1,true)

/* After the last fault: everybody reports; learning ends; all is given back; then one reading, and everything is free. */
#define CANDRAIN (quiet && !done && net[0].t == 0 && net[1].t == 0 && A[replaced].up && (!replaced || !A[0].up))
#define AGREES (ph == ISOPEN && ep == replaced + 1 && A[replaced].r[ROW(ses)].st == LIVE && A[replaced].r[ROW(ses)].b == DRAWN)
inline endUnused(S) { if :: A[k].r[ROW(S)].st == LIVE && !(TALKS && ses == S) -> expire(k,S) :: else fi }
inline drain() {
  k = replaced;
  if :: replaced && !nb -> nbMoves() :: else fi;
  if :: !A[k].learn -> cr = 0; ls = 0; nbh = 0; A[k].r[NB].b = 0 :: else fi;
  if :: alive && !AGREES && TALKS -> sendExch()
     :: alive && !AGREES && MAYOPEN -> sendOpen()
     :: else ->
        if :: A[k].learn -> endLearning()
           :: else ->
              done = 1;
              endUnused(1); endUnused(2); endUnused(3);
              reading(replaced); committed(replaced);
              assert(com == 0)                  /* I4 */
        fi
  fi }

active proctype Model() {
  d_step {
    alive = 1; usable = 1; ph = ISOPEN; ses = 1; ep = 1; nid = 2; born = 1;
    A[0].up = 1; A[0].al = AL0; dal = AL0; A[0].r[ROW(1)].st = LIVE; A[0].r[NB].st = LIVE
  }
  do
  :: d_step { !quiet && TALKS -> sendExch() }
  :: d_step { !quiet && TALKS && cr > 0 -> cr--; sendExch() }
  :: d_step { !quiet && MAYOPEN -> sendOpen() }
  :: d_step { !quiet && cr > 0 && MAYUSE -> cr--; ls++; printf("client leases\n") }
  :: d_step { !quiet && ls > 0 -> printf("client gives a lease back\n"); ls--; if :: usable -> cr++ :: else fi SEEN0 }
  :: d_step { !quiet && usable && nid <= NI -> lapse() }
  SLOT(0) SLOT(1)
  EXPIRE(0,1) EXPIRE(0,2) EXPIRE(0,3) EXPIRE(1,1) EXPIRE(1,2) EXPIRE(1,3)
  :: d_step { !quiet && A[nb].up && nbh < WANT1 -> nbDraws(nb); books(nb); inv() }
  :: d_step { !quiet && A[nb].up && nbh > 0 -> nbGives(nb) }
  :: d_step { !quiet && A[1].up && !nb -> nbMoves(); books(1) }
  /* the older authority does not hear of its neighbour any more, and ends what it had */
  :: d_step { !quiet && A[0].up && nb && A[0].r[NB].st == LIVE && A[0].r[NB].b > 0 -> A[0].r[NB].st = GHOST; printf("  authority 0 ends the neighbour\n") }
#ifdef EARLYREAD
  :: d_step { !quiet && ls == 0 -> samp = 1; printf("  a reading begins\n") }
#endif
  /* the client's process is killed, and starts again */
  :: d_step { !quiet && alive && kills < MAXKILL -> kills++; printf("client is killed\n"); startAnew(); opened(); alive = 0; ph = UNOPENED; ses = 0; seen = 0 }
  :: d_step { !quiet && !alive && nid <= NI -> alive = 1; born = nid; printf("client starts again\n") }
  /* the host gives more: durable, then told */
#ifdef LATEHWM
  :: d_step { !quiet && A[replaced].up && A[replaced].al + UNTRACKED(replaced) < CAP && !owed -> A[replaced].al++; owed = 1; printf("host: allotment is %d\n", A[replaced].al) }
  :: d_step { owed -> dal = A[replaced].al; owed = 0; printf("host: that is durable\n") }
#else
  :: d_step { !quiet && A[replaced].up && A[replaced].al + UNTRACKED(replaced) < CAP -> A[replaced].al++; dal = A[replaced].al; printf("host: allotment is %d\n", dal) }
#endif
  /* idle allotment goes back to it */
  :: d_step { !quiet && A[replaced].up && !A[replaced].learn -> committed(replaced); if :: com < A[replaced].al -> A[replaced].al--; dal = A[replaced].al; printf("host: allotment is %d\n", dal) :: else fi }
#if RESTART > 0
  :: d_step { !quiet && !replaced -> printf("authority 0 dies; authority 1 starts from mark %d\n", dal); startNext(); wipe() }
  :: d_step { !quiet && A[1].up && A[1].learn && OLDERENDED -> endLearning(); books(1); inv() }
  :: d_step { !quiet && A[1].up -> reading(1); books(1) }
#endif
#if RESTART > 1
  :: d_step { !quiet && !replaced -> printf("authority 1 starts from mark %d beside authority 0\n", dal); startNext() }
  :: d_step { replaced && A[0].up -> printf("authority 0's lease is over\n"); wipe() }
#endif
  :: d_step { !quiet && A[0].up -> reading(0); books(0) }
  /* one late message at most: the others may as well have been lost before */
  :: d_step { !quiet && net[1].t == 0 -> quiet = 1; printf("no more faults\n") }
  :: d_step { CANDRAIN -> drain() }
  :: done -> break
  od
}

#ifdef LIVE
ltl ends { [] (quiet -> <> done) }              /* whatever happened before, it comes to an end */
#endif
