namespace Headroom;

/// <summary>The host's word on what its reserve may lend.</summary>
/// <param name="Outcome">
/// Granted with the mark as it is now, raised or not; Fenced when another process lends for this host, or did before;
/// Invalid for amounts that cannot be.
/// </param>
/// <param name="Epoch">The life of the process that lends for this host.</param>
/// <param name="Number">The message that it answers.</param>
/// <param name="Bytes">The mark: what may be lent in all.</param>
/// <param name="LendableBytes">By how much the mark could still be raised.</param>
/// <param name="PledgedBytes">What the host pledged.</param>
public readonly record struct LentMarkAnswer(
    Outcome Outcome, long Epoch, long Number, long Bytes, long LendableBytes, long PledgedBytes);
