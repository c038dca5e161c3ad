namespace Headroom.Grains.Resilience;

/// <summary>The resilience pipeline of one urgency. Named options: the name is the urgency's.</summary>
public sealed class UrgencyPipelineOptions
{
    /// <summary>How long a request waits that does not say so itself; zero to an hour.</summary>
    public TimeSpan Wait { get; set; }

    /// <summary>How often it is tried again, within the wait; 0 to 1000.</summary>
    public int MaxRetries { get; set; }

    /// <summary>The first pause before a try that follows a failure; the next ones double, with jitter.</summary>
    public TimeSpan BaseDelay { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest pause.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(1);
}
