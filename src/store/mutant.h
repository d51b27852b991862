#ifndef STORE_MUTANT_H
#define STORE_MUTANT_H
/*
 * Planted faults, each a rule of the merge left out, which tests/merge must
 * notice.  They are only in the copy of the store that is compiled for those
 * tests, with STORE_MUTANTS; in the program MUTANT() is the constant false.
 */
enum mutant {
	MUTANT_NONE,
	MUTANT_SENT,    /* send what was not sent yet, not what is unheard of */
	MUTANT_FEEDSEQ, /* an event is its place in its feed, not its id */
	MUTANT_NOFORK,  /* two events at one place are nothing to note */
	MUTANT_NOHASH,  /* an acknowledged number counts without its id */
	MUTANT_NOCHAIN, /* what stands before an event is its predecessor */
	MUTANT_ARRIVAL, /* the write that came last is the value */
	MUTANT_ROWS,    /* what is removed hides what was written to it */
	MUTANT_GONE,    /* of two events at one place the first is lost (I6) */
	MUTANT_OWNERS,  /* whose a field is has no say (I7) */
	MUTANT_CLOCK,   /* the write with the newest clock is the value (I10) */
	MUTANT_THIRD,   /* a conflict of two is none any more with a third (I11) */
	MUTANTS
};

#ifdef STORE_MUTANTS
extern enum mutant store_mutant;
#define MUTANT(name) (store_mutant == MUTANT_##name)
#else
#define MUTANT(name) false
#endif

#endif
