package crawler

import (
	"context"
	"time"
)

// extractBatch is the lines that the writer delivers together: as many as a crawl
// commits at once. In a compressed output the batches, and so the bytes, don't depend
// on timing.
type extractBatch struct {
	*extraction
	deliver func(context.Context, []*result) error
	timer   *time.Timer // runs while there is something to deliver, if it may not wait for more
	results []*result
	bytes   int
	held    int64
}

func newExtractBatch(e *extraction, deliver func(context.Context, []*result) error) *extractBatch {
	b := &extractBatch{extraction: e, deliver: deliver, timer: time.NewTimer(e.linger)}
	b.timer.Stop()
	return b
}

// await receives from c. Meanwhile it delivers what has waited long enough.
func await[T any](ctx context.Context, b *extractBatch, c <-chan T) (v T, ok bool, err error) {
	for {
		select {
		case v, ok = <-c:
			return v, ok, nil
		case <-b.timer.C:
			if err := b.flush(ctx); err != nil {
				return v, false, err
			}
		case <-ctx.Done():
			return v, false, context.Cause(ctx)
		}
	}
}

// add takes what came of an answer.
func (b *extractBatch) add(ctx context.Context, a *archived) error {
	r := a.result
	switch {
	case a.err != nil:
		return joined(b.flush(ctx), a.err)
	case r == nil:
		b.extraction.held.add(-a.held)
		return nil
	}
	b.held += a.held
	if len(b.results) == 0 && b.linger > 0 {
		b.timer.Reset(b.linger)
	}
	b.results = append(b.results, r)
	b.bytes += r.size()
	if b.bytes < batchBytes && len(b.results) < batchPages && !b.pager.whole {
		return nil
	}
	return b.flush(ctx)
}

// flush delivers what there is.
func (b *extractBatch) flush(ctx context.Context) error {
	if len(b.results) == 0 {
		return nil
	}
	b.timer.Stop()
	if err := b.deliver(ctx, b.results); err != nil {
		return err
	}
	b.account.wrote(b.results)
	for _, r := range b.results {
		r.log(ctx, b.config.Logger)
	}
	clear(b.results)
	b.results, b.bytes = b.results[:0], 0
	b.extraction.held.add(-b.held)
	b.held = 0
	return nil
}
