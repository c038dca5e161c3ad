namespace Headroom.Samples.Demo.Runs;

/// <summary>Something that happened in a run.</summary>
/// <param name="At">Seconds since the start of the work.</param>
/// <param name="Kind">What it was: <c>killed</c>, <c>died</c>, <c>restarted</c>, <c>pressure</c> and so on.</param>
/// <param name="Text">The same with the particulars.</param>
internal sealed record Mark(double At, string Kind, string Text);
