#ifndef TESTS_MERGE_MODEL_H
#define TESTS_MERGE_MODEL_H
/*
 * The fold of this program against tests/tools/fold-model.py, which knows
 * nothing of it: of each history the model gets the events, with a word on
 * each write whether its owner made it, and the digest of the heads that the
 * store found.  The model folds the events, writes the same text, and
 * compares the digests.
 */
void model_start(void);
void model_end(void);   /* falls if the model found a difference */
void model_compare(void); /* the district's state, when all is settled */

#endif
